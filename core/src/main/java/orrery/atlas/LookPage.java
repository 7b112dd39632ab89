package orrery.atlas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Collectors;
import orrery.format.Metadata;
import orrery.look.AttentionWeights;
import orrery.look.Look;
import orrery.look.LookDrawing;
import orrery.look.LookFile;
import orrery.look.LookWords;
import orrery.report.Numbers;
import orrery.report.Words;

/**
 * What the small model that comes with Orrery does inside on one question: the next token, the logit lens, the
 * attention of every head. The numbers are those that {@code orrery look --chat --json} printed once, so a site is the
 * same on every machine.
 */
final class LookPage {
    static final String PATH = "look.html";

    /** What the command printed, without the model's path. */
    private static final String FILE = "look/demo.json";

    /** The same of a text that is longer than the window, for a layer with a window and one without. */
    private static final String LONGER = "look/window.json";

    private LookPage() {}

    static Page of() {
        var file = file(FILE);
        var look = LookFile.read(file);
        var longer = LookFile.read(file(LONGER));
        String question = file.text("text");
        String best = LookWords.quoted(look.next().getFirst().text());
        String main = """
                <article>
                <div class="hero">
                <h1>Inside a model</h1>
                <p class="lead">What a small model does with one question, <q>%1$s</q>, up to the first token of its answer.</p>
                </div>
                <p>The model has %2$s, each with %3$s, and comes with Orrery. <code>orrery look --chat &quot;%1$s&quot;</code> prints these numbers, and \
                <code>orrery look --model MODEL &quot;text&quot;</code> those of any other model and text.</p>
                <section aria-labelledby="next"><h2 id="next">The next token</h2>
                %4$s</section>
                <section aria-labelledby="lens"><h2 id="lens">Layer by layer</h2>
                <p>The residual stream of the last token after each layer, through the final norm and the output head (the logit lens): how \
                probable %5$s, the first token of the answer, is at that depth, and which tokens are most probable there.</p>
                %6$s</section>
                <section aria-labelledby="attention"><h2 id="attention">What each head attends to</h2>
                <p>%7$s</p>
                <div class="scroll"><figure class="drawing">%8$s</figure></div>
                <p>%9$s</p>
                <details><summary>The largest weights of the last token, as a table</summary>
                %10$s</details></section>
                <section aria-labelledby="window"><h2 id="window">What a window hides</h2>
                <p>The same model on a text of %11$s: <q>%12$s</q></p>
                <p>%13$s</p>
                <div class="scroll"><figure class="drawing">%14$s</figure></div>
                %15$s</section>
                </article>
                """.formatted(
                        Html.text(question),
                        Html.text(Numbers.count(look.lens().size() - 1, "layer")),
                        Html.text(LookWords.attention(look.layers().getFirst())
                                .replaceFirst(", (?:sliding|full|chunks).*", "")),
                        next(look),
                        Html.text(best),
                        lens(look),
                        Html.text(strongest(look)),
                        LookDrawing.maps(look).svg(),
                        Html.text("The tokens, by the position in the maps: " + LookWords.numbered(look) + "."),
                        largest(look),
                        Html.text(Numbers.count(longer.tokens().size(), "token")),
                        Html.text(file(LONGER).text("text")),
                        Html.text(hidden(longer)),
                        LookDrawing.maps(longer).svg(),
                        Page.labels("", List.of(Mechanism.MULTI_QUERY_ATTENTION, Mechanism.SLIDING_WINDOW)));
        return new Page(
                PATH,
                "Inside a model",
                "Attention maps, logit lens and next token of a small language model on one question.",
                Page.Section.INSIDE,
                main);
    }

    private static Metadata file(String name) {
        return Metadata.parseJson(name, Atlas.resource(name).getBytes(UTF_8));
    }

    private static String next(Look look) {
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

    private static String lens(Look look) {
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

    private static String largest(Look look) {
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

    /** What each layer hides, in words. */
    private static String hidden(Look look) {
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
    private static String strongest(Look look) {
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
