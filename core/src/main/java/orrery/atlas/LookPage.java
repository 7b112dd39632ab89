package orrery.atlas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orrery.format.Metadata;
import orrery.look.Look;
import orrery.look.LookDrawing;
import orrery.look.LookFile;
import orrery.look.LookWords;
import orrery.report.Numbers;

/**
 * What the small models that come with Orrery do inside on one question: the next token, the logit lens, the attention
 * of every head, latents and experts. The numbers are those that {@code orrery look --chat --json} printed once, so a
 * site is the same on every machine.
 */
enum LookPage {
    GEMMA_3(
            "look.html",
            "demo",
            "orrery look --chat",
            "Gemma 3",
            Mechanism.MULTI_QUERY_ATTENTION,
            Mechanism.SLIDING_WINDOW),
    DEEPSEEK(
            "look/deepseek.html",
            "deepseek",
            "orrery look --demo deepseek --chat",
            "DeepSeek V3",
            Mechanism.MULTI_HEAD_LATENT_ATTENTION,
            Mechanism.MIXTURE_OF_EXPERTS);

    /** The same of a text that is longer than the window, for a layer with a window and one without. */
    private static final String LONGER = "window";

    private final String path;
    private final String file;
    private final String command;
    private final String form;
    private final List<Mechanism> mechanisms;

    /**
     * A page.
     *
     * @param path from the site's beginning
     * @param file the name of what the command printed, without the model's path
     * @param command how it is printed
     * @param form the architecture that the model has in small
     */
    LookPage(String path, String file, String command, String form, Mechanism... mechanisms) {
        this.path = path;
        this.file = file;
        this.command = command;
        this.form = form;
        this.mechanisms = List.of(mechanisms);
    }

    String path() {
        return path;
    }

    Page page() {
        var recorded = file(file);
        var look = LookFile.read(recorded);
        var sections = new ArrayList<String>();
        sections.add(introduction(look, recorded.text("text")));
        sections.add(section("next", "The next token", LookTables.next(look)));
        sections.add(section("lens", "Layer by layer", """
                <p>The residual stream of the last token after each layer, through the final norm and the output head (the logit lens): how \
                probable %s, the first token of the answer, is at that depth, and which tokens are most probable there.</p>
                %s""".formatted(
                        Html.text(LookWords.quoted(look.next().getFirst().text())), LookTables.lens(look))));
        sections.add(section("attention", "What each head attends to", attention(look)));
        if (LookDrawing.hasTokenGrids(look)) {
            sections.add(section(
                    "tokens",
                    "Latents and experts",
                    drawing(LookDrawing.tokenGrids(look).svg()) + LookTables.experts(look)));
        }
        if (this == GEMMA_3) {
            sections.add(section("window", "What a window hides", window()));
        }
        sections.add(section("mechanisms", "Mechanisms", Page.labels(Page.root(path), mechanisms)));
        return new Page(
                path,
                "Inside a model: the form of " + form,
                "Attention maps, logit lens and next token of a small language model on one question.",
                Page.Section.INSIDE,
                "<article>\n" + String.join("", sections) + "</article>\n");
    }

    private String introduction(Look look, String question) {
        String others = Html.list(
                "labels",
                Arrays.stream(values())
                        .map(one -> Html.link(Page.root(path) + one.path, "the form of " + one.form))
                        .toList());
        return """
                <div class="hero">
                <h1>Inside a model</h1>
                <p class="lead">What a small model in the form of %s does with one question, <q>%s</q>, up to the first token of its answer.</p>
                </div>
                %s<p>The model comes with Orrery. It has %s; the first has %s. <code>%s &quot;%s&quot;</code> prints these numbers, and \
                <code>orrery look --model MODEL &quot;text&quot;</code> those of any other model and text.</p>
                """.formatted(
                        form,
                        Html.text(question),
                        others,
                        Html.text(Numbers.count(look.layers().size(), "layer")),
                        Html.text(LookWords.attention(look.layers().getFirst())),
                        command,
                        Html.text(question));
    }

    private static String attention(Look look) {
        return """
                <p>%s</p>
                %s<p>%s</p>
                <details><summary>The largest weights of the last token, as a table</summary>
                %s</details>
                """.formatted(
                        Html.text(LookTables.strongest(look)),
                        drawing(LookDrawing.maps(look).svg()),
                        Html.text("The tokens, by their positions in the maps: " + LookWords.numbered(look) + "."),
                        LookTables.largest(look));
    }

    private static String window() {
        var recorded = file(LONGER);
        var look = LookFile.read(recorded);
        return """
                <p>The same model on a text of %s: <q>%s</q></p>
                <p>%s</p>
                %s""".formatted(
                        Html.text(Numbers.count(look.tokens().size(), "token")),
                        Html.text(recorded.text("text")),
                        Html.text(LookTables.hidden(look)),
                        drawing(LookDrawing.maps(look).svg()));
    }

    private static String section(String id, String heading, String content) {
        return "<section aria-labelledby=\"%1$s\"><h2 id=\"%1$s\">%2$s</h2>\n%3$s</section>\n"
                .formatted(id, Html.text(heading), content);
    }

    private static String drawing(String svg) {
        return "<div class=\"scroll\"><figure class=\"drawing\">" + svg + "</figure></div>\n";
    }

    private static Metadata file(String name) {
        String file = "look/" + name + ".json";
        return Metadata.parseJson(file, Atlas.resource(file).getBytes(UTF_8));
    }
}
