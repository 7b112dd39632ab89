package orrery.app.look;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import orrery.app.terminal.Style;
import orrery.app.terminal.Wrapping;
import orrery.look.AttentionWeights;
import orrery.look.Look;
import orrery.look.LookWords;
import orrery.report.Numbers;

/** A {@link Look} for a terminal: one line per layer, or per head of one layer, or one head as a map. */
public final class LookText {
    private static final int LABEL = 12;
    private static final int BAR = 24;
    private static final int WORDS = 26;
    private static final int QUERY = 18;
    /** More than sums of floats differ by. */
    private static final double ROUNDED = 1e-3;

    private final Look look;
    private final Style style;
    private final int width;
    private final List<String> lines = new ArrayList<>();

    private LookText(Look look, Style style, int width) {
        this.look = look;
        this.style = style;
        this.width = width;
    }

    /**
     * Lines of at most {@code width} columns.
     *
     * @param zoomed whether a layer or a head was named
     */
    public static List<String> lines(Look look, boolean zoomed, Style style, int width) {
        var text = new LookText(look, style, width);
        text.heading(look.model() + ", " + Numbers.count(look.tokens().size(), "token"));
        text.wrapped(LookWords.numbered(look));
        if (!zoomed) {
            text.next();
            text.lens();
        }
        text.attention(zoomed);
        text.latents();
        text.experts(zoomed);
        return text.lines;
    }

    private void heading(String text) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        lines.add(style.bold(Columns.cut(text, width)));
    }

    private void wrapped(String text) {
        var wrapping = new Wrapping(width);
        lines.addAll(
                (wrapping.add(text) + wrapping.end()).lines().map(style::dim).toList());
    }

    private void add(String line) {
        lines.add(Columns.cut(line, width).stripTrailing());
    }

    private void next() {
        heading("Next token");
        for (var guess : look.next()) {
            add("  " + Columns.padded(LookWords.quoted(guess.text()), 20) + " " + share(guess.probability()) + "  "
                    + BlockCharacters.across(guess.probability(), BAR));
        }
    }

    private void lens() {
        heading("Logit lens: " + LookWords.quoted(look.next().getFirst().text()) + " after each layer");
        wrapped("The last token's stream through the final norm and the output head: how probable the model's next"
                + " token is there, and which tokens are most probable.");
        for (var depth : look.lens()) {
            String best = depth.best().stream()
                    .limit(3)
                    .map(guess -> LookWords.quoted(guess.text()) + " "
                            + share(guess.probability()).strip())
                    .collect(Collectors.joining(", "));
            add("  " + Columns.padded(LookWords.depth(depth), LABEL) + share(depth.ofFinal()) + " "
                    + Columns.padded(BlockCharacters.across(depth.ofFinal(), 8), 9) + best);
        }
    }

    private static String share(double probability) {
        return String.format(Locale.ROOT, "%8s", LookWords.percent(probability));
    }

    private void attention(boolean zoomed) {
        boolean alone = look.layers().size() == 1
                && look.layers().getFirst().attention().heads().size() == 1;
        if (alone) {
            map(look.layers().getFirst());
            return;
        }
        heading(
                zoomed
                        ? "Attention of the last token"
                        : "Attention of the last token, average over each layer's heads");
        wrapped(columns(bars()) + ", the highest bar the largest weight in its row; · is hidden by the mask."
                + (zoomed ? " --layer with --head shows every token." : " --layer N shows the heads of a layer."));
        String before = "";
        for (var layer : look.layers()) {
            String kind = LookWords.attention(layer);
            String hidden = LookWords.hidden(layer);
            String both = kind + (hidden.isEmpty() ? "" : "; " + hidden);
            if (!both.equals(before)) {
                wrapped(both);
                before = both;
            }
            var weights = layer.attention();
            if (!zoomed) {
                row("layer " + layer.index(), weights, weights.mean());
                continue;
            }
            for (var head : weights.heads()) {
                String name = look.layers().size() > 1 ? layer.index() + ", head " : "head ";
                row(name + head.index(), weights, head);
            }
        }
        agreement();
    }

    private void agreement() {
        double largest = 0;
        boolean latent = false;
        for (var layer : look.layers()) {
            largest = Math.max(largest, layer.attention().difference());
            latent |= layer.latents().isPresent();
        }
        wrapped("The weights are recomputed from the queries and the KV cache; with them the heads' outputs differ from"
                + " the kernels' by " + Numbers.plain(largest) + " at most."
                + (latent && largest > ROUNDED
                        ? " The kernels ran latent attention in its expanded form, where quantised weights round"
                                + " keys and values differently."
                        : ""));
    }

    /** How many tokens share a column beside the words. */
    private int bars() {
        return BlockCharacters.folded(look.tokens().size(), Math.max(8, width - LABEL - WORDS - 6));
    }

    private static String columns(int folded) {
        return folded == 1 ? "One column per token" : "One column for " + folded + " tokens";
    }

    private void row(String name, AttentionWeights weights, AttentionWeights.Head head) {
        int last = weights.rows() - 1;
        String bars = BlockCharacters.bars(weights, head, last, bars());
        add("  " + Columns.padded(name, LABEL) + "|" + bars + "| " + LookWords.largest(look, weights, head, last, 1));
    }

    private void map(Look.Layer layer) {
        var weights = layer.attention();
        var head = weights.heads().getFirst();
        heading("Attention of layer " + layer.index() + ", head " + head.index());
        String hidden = LookWords.hidden(layer);
        wrapped(LookWords.attention(layer) + (hidden.isEmpty() ? "" : "; " + hidden));
        int folded = BlockCharacters.folded(weights.rows(), Math.max(8, width - QUERY - WORDS - 8));
        wrapped("A row is a query. " + columns(folded) + " as key: " + BlockCharacters.LEGEND);
        for (int row = 0; row < weights.rows(); row++) {
            String query = String.format(Locale.ROOT, "%3d ", row)
                    + Columns.padded(LookWords.quoted(look.tokens().get(row).text()), QUERY);
            String shades = BlockCharacters.shades(weights, head, row, folded);
            add(query + "|" + shades + "| " + LookWords.largest(look, weights, head, row, 1));
        }
    }

    private void latents() {
        var latent = look.layers().stream()
                .filter(layer -> layer.latents().isPresent())
                .toList();
        if (latent.isEmpty()) {
            return;
        }
        heading("Norms of the cached latents, one column per token");
        for (var layer : latent) {
            var norms = layer.latents().orElseThrow();
            add("  " + Columns.padded("layer " + layer.index(), LABEL) + "latent   " + bars(norms.latent()));
            add("  " + " ".repeat(LABEL) + "RoPE key " + bars(norms.ropeKey()));
        }
    }

    private String bars(List<Double> norms) {
        double most = Collections.max(norms);
        String bars = norms.stream()
                .limit(Math.max(8, width - LABEL - WORDS - 4))
                .map(norm -> String.valueOf(BlockCharacters.bar(most > 0 ? norm / most : 0)))
                .collect(Collectors.joining());
        return "|" + bars + "| " + String.format(Locale.ROOT, "%.3g to %.3g", Collections.min(norms), most);
    }

    private void experts(boolean zoomed) {
        var sparse = look.layers().stream()
                .filter(layer -> layer.routing().isPresent())
                .toList();
        if (sparse.isEmpty()) {
            return;
        }
        boolean every = zoomed && sparse.size() == 1;
        heading("Experts of " + (every ? "every" : "the last") + " token, with their weights");
        for (var layer : sparse) {
            var chosen = layer.routing().orElseThrow().chosen();
            if (every) {
                for (int token = 0; token < chosen.size(); token++) {
                    add(String.format(Locale.ROOT, "%3d ", token)
                            + Columns.padded(
                                    LookWords.quoted(look.tokens().get(token).text()), QUERY)
                            + experts(chosen.get(token)));
                }
            } else {
                add("  " + Columns.padded("layer " + layer.index(), LABEL) + experts(chosen.getLast()));
            }
        }
    }

    private static String experts(List<Look.Chosen> chosen) {
        return chosen.stream()
                .map(one -> String.format(Locale.ROOT, "%d (%.2f)", one.expert(), one.weight()))
                .collect(Collectors.joining(", "));
    }
}
