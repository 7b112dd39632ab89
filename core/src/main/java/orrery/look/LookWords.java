package orrery.look;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.Reach;

/** Parts of a {@link Look} in words: the one place where each is spelled. */
public final class LookWords {
    private LookWords() {}

    /** {@code 93.1 %}. */
    public static String percent(double share) {
        return share > 0 && share < 0.0005 ? "< 0.1 %" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A token's text in quotation marks, which show the spaces in it. */
    public static String quoted(String text) {
        return '"' + text + '"';
    }

    /** {@code 0 "Which", 1 " attention"}. */
    public static String numbered(Look look) {
        return IntStream.range(0, look.tokens().size())
                .mapToObj(i -> i + " " + quoted(look.tokens().get(i).text()))
                .collect(Collectors.joining(", "));
    }

    /** What the residual stream has passed: {@code embedding}, {@code layer 0}. */
    public static String depth(Look.Depth depth) {
        return depth.layers() == 0 ? "embedding" : "layer " + (depth.layers() - 1);
    }

    /** A layer's attention: {@code GQA, 8 heads, 2 KV heads, sliding window of 512 tokens}. */
    public static String attention(Look.Layer layer) {
        String heads = Numbers.count(layer.queryHeads(), "head");
        String shared =
                layer.keyValueHeads() == layer.queryHeads() || layer.latents().isPresent()
                        ? ""
                        : ", " + Numbers.count(layer.keyValueHeads(), "KV head");
        String lent = layer.lender().isPresent()
                ? ", KV cache of layer " + layer.lender().getAsInt()
                : "";
        return layer.kind() + ", " + heads + shared + ", " + Words.reach(layer.reach()) + lent;
    }

    /** What the layer's window or chunks hide of this text; empty for full attention. */
    public static String hidden(Look.Layer layer) {
        if (layer.reach().equals(Reach.FULL)) {
            return "";
        }
        if (layer.hiddenPairs() == 0) {
            return "hides nothing of this text";
        }
        int last = layer.attention().rows() - 1;
        int first = layer.attention().firstSeen()[last];
        return "hides " + Numbers.count(layer.hiddenPairs(), "pair") + " of tokens; "
                + (first == 0
                        ? "nothing from the last token"
                        : "from the last token, " + (first == 1 ? "token 0" : "tokens 0 to " + (first - 1)));
    }

    /** The positions to which a row of a head gives the largest weights, the largest first. */
    public static String largest(Look look, AttentionWeights weights, AttentionWeights.Head head, int row, int count) {
        return IntStream.rangeClosed(weights.firstSeen()[row], weights.lastSeen()[row])
                .boxed()
                .sorted((a, b) -> Float.compare(weights.of(head, row, b), weights.of(head, row, a)))
                .limit(count)
                .map(position -> percent(weights.of(head, row, position)) + " " + position + " "
                        + quoted(look.tokens().get(position).text()))
                .collect(Collectors.joining(", "));
    }
}
