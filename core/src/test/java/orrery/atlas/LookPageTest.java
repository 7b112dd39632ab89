package orrery.atlas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import orrery.draw.DrawingRules;
import orrery.format.Metadata;
import orrery.look.Look;
import orrery.look.LookDrawing;
import orrery.look.LookFile;
import orrery.look.LookWords;

/** The page that looks inside the small model. */
final class LookPageTest {
    private static final String PAGE = Atlas.ofCatalog().file(LookPage.GEMMA_3.path());

    private static Look look(String name) {
        return LookFile.read(Metadata.parseJson(name, Atlas.resource(name).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void hasEveryPredictionOfTheFileInItsTables() {
        var look = look("look/demo.json");

        look.next()
                .forEach(guess -> assertThat(PAGE)
                        .contains("<th scope=\"row\">&quot;" + guess.text() + "&quot;</th><td class=\"number\">"
                                + Html.text(LookWords.percent(guess.probability())) + "</td>"));
        look.lens()
                .forEach(depth -> assertThat(PAGE)
                        .contains("<th scope=\"row\">" + LookWords.depth(depth) + "</th><td class=\"number\">"
                                + Html.text(LookWords.percent(depth.ofFinal())) + "</td>"));
    }

    @Test
    void hasTheMapsOfEveryHeadAndATableForReadersWhoDoNotSeeThem() {
        var look = look("look/demo.json");

        assertThat(PAGE).contains(LookDrawing.maps(look).svg());
        for (var layer : look.layers()) {
            for (var head : layer.attention().heads()) {
                assertThat(PAGE)
                        .contains("<th scope=\"row\">layer " + layer.index() + ", head " + head.index() + "</th><td>"
                                + Html.text(LookWords.largest(look, layer.attention(), head, 18, 3)));
            }
        }
        DrawingRules.hold(LookDrawing.maps(look));
    }

    @Test
    void saysWhatTheWindowHidesFromTheLongerText() {
        var look = look("look/window.json");

        assertThat(PAGE).contains("tokens 0 to 13", LookDrawing.maps(look).svg());
        assertThat(look.layers().get(0).hiddenPairs()).isPositive();
        assertThat(look.layers().get(1).hiddenPairs()).isZero();
    }

    @Test
    void theFormOfDeepSeekShowsItsLatentsAndExperts() {
        var look = look("look/deepseek.json");
        String page = Atlas.ofCatalog().file("look/deepseek.html");

        assertThat(page).contains(LookDrawing.tokenGrids(look).svg(), "../mechanisms/multi-head-latent-attention.html");
        for (var layer : look.layers()) {
            layer.routing()
                    .ifPresent(routing -> assertThat(page)
                            .contains("<th scope=\"row\">layer " + layer.index() + "</th><td>"
                                    + routing.chosen().getLast().getFirst().expert() + " ("));
        }
        assertThat(PAGE).contains("look/deepseek.html").doesNotContain("Latents and experts");
        DrawingRules.hold(LookDrawing.tokenGrids(look));
    }

    @Test
    void everyPageLeadsToIt() {
        var atlas = Atlas.ofCatalog();

        for (String path : List.of("index.html", "compare.html", "mechanisms.html", "figures.html", "timeline.html")) {
            assertThat(atlas.file(path)).contains("<a href=\"look.html\">Inside</a>");
        }
        assertThat(PAGE).contains("<a href=\"look.html\" aria-current=\"page\">Inside</a>");
    }
}
