package orrery.atlas;

import java.util.stream.Collectors;
import orrery.look.AttentionWeights;
import orrery.look.Look;
import orrery.look.LookWords;
import orrery.report.Words;

/** What a look holds, as tables and sentences: for readers who do not see its drawings as well. */
final class LookTables {
    private LookTables() {}

    static String next(Look look) {
        String rows = look.next().stream()
                .map(guess -> Html.row(
                        Html.head(Html.text(LookWords.quoted(guess.text()))),
                        Html.cell("number", Html.text(LookWords.percent(guess.probability())))))
                .collect(Collectors.joining());
        return table(
                "The most probable tokens after the question.",
                "<th scope=\"col\">token</th><th scope=\"col\" class=\"number\">probability</th>",
                rows);
    }

    static String lens(Look look) {
        String rows = look.lens().stream()
                .map(depth -> Html.row(
                        Html.head(Html.text(LookWords.depth(depth))),
                        Html.cell("number", Html.text(LookWords.percent(depth.ofFinal()))),
                        Html.cell(Html.text(depth.best().stream()
                                .limit(3)
                                .map(guess ->
                                        LookWords.quoted(guess.text()) + " " + LookWords.percent(guess.probability()))
                                .collect(Collectors.joining(", "))))))
                .collect(Collectors.joining());
        return table(
                "The logit lens at the last token.",
                "<th scope=\"col\">after</th><th scope=\"col\" class=\"number\">"
                        + Html.text(LookWords.quoted(look.next().getFirst().text()))
                        + "</th><th scope=\"col\">most probable</th>",
                rows);
    }

    static String largest(Look look) {
        int last = look.tokens().size() - 1;
        String rows = look.layers().stream()
                .flatMap(layer -> layer.attention().heads().stream()
                        .map(head -> Html.row(
                                Html.head(Html.text("layer " + layer.index() + ", head " + head.index())),
                                Html.cell(Html.text(LookWords.largest(look, layer.attention(), head, last, 3))))))
                .collect(Collectors.joining());
        return table(
                "What the last token attends to: weights, positions, tokens.",
                "<th scope=\"col\">head</th><th scope=\"col\">largest weights</th>",
                rows);
    }

    /** The experts of the last token; nothing for a model without any. */
    static String experts(Look look) {
        String rows = look.layers().stream()
                .flatMap(layer -> layer.routing().stream()
                        .map(routing -> Html.row(
                                Html.head("layer " + layer.index()),
                                Html.cell(routing.chosen().getLast().stream()
                                        .map(one -> one.expert() + " (" + LookWords.percent(one.weight()) + ")")
                                        .collect(Collectors.joining(", "))))))
                .collect(Collectors.joining());
        return table(
                "The experts of the last token, with the weights of their outputs.",
                "<th scope=\"col\">layer</th><th scope=\"col\">experts</th>",
                rows);
    }

    /** What each layer hides, in words. */
    static String hidden(Look look) {
        return look.layers().stream()
                .map(layer -> "Layer " + layer.index() + " (" + Words.reach(layer.reach()) + ") "
                        + (LookWords.hidden(layer).isEmpty() ? "hides nothing" : LookWords.hidden(layer)))
                .collect(Collectors.joining(". ", "", "."));
    }

    private static String table(String caption, String heads, String rows) {
        return "<div class=\"scroll\"><table class=\"data\">\n<caption>" + caption + "</caption>\n<thead><tr>" + heads
                + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table></div>\n";
    }

    /** The head whose last row has the largest weight, in words. */
    static String strongest(Look look) {
        int last = look.tokens().size() - 1;
        double most = -1;
        String words = "";
        for (var layer : look.layers()) {
            for (AttentionWeights.Head head : layer.attention().heads()) {
                for (int position = 0; position <= last; position++) {
                    float weight = layer.attention().of(head, last, position);
                    if (weight > most) {
                        most = weight;
                        words = "The largest weight of the last token is that of head " + head.index() + " in layer "
                                + layer.index() + ": " + LookWords.percent(weight) + " on "
                                + LookWords.quoted(look.tokens().get(position).text()) + ", token " + position + ".";
                    }
                }
            }
        }
        return words;
    }
}
