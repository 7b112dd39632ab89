package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.w3c.dom.Element;

/** What holds of every drawing. */
public final class DrawingRules {
    private DrawingRules() {}

    public static void hold(Diagram diagram) {
        var drawn = Drawn.of(diagram);
        isDescribed(diagram, drawn);
        textsHaveRoom(diagram, drawn);
        coloursAreTheThemes(diagram, drawn);
    }

    private static void isDescribed(Diagram diagram, Drawn drawn) {
        assertThat(diagram.title()).isNotBlank();
        assertThat(diagram.description()).isNotBlank();
        var root = drawn.root();
        assertThat(root.getAttribute("role")).isEqualTo("img");
        assertThat(root.getAttribute("viewBox")).isEqualTo("0 0 " + diagram.width() + " " + diagram.height());
        String[] labels = root.getAttribute("aria-labelledby").split(" ");
        assertThat(labels).hasSize(2);
        assertThat(drawn.all("title").getFirst().getAttribute("id")).isEqualTo(labels[0]);
        assertThat(drawn.all("title").getFirst().getTextContent()).isEqualTo(diagram.title());
        assertThat(drawn.all("desc").getFirst().getAttribute("id")).isEqualTo(labels[1]);
        assertThat(drawn.all("desc").getFirst().getTextContent()).isEqualTo(diagram.description());
        assertThat(drawn.all("script")).isEmpty();
        assertThat(diagram.svg().replace("http://www.w3.org/2000/svg", "")).doesNotContain("http", "url(", "href");
    }

    private static void textsHaveRoom(Diagram diagram, Drawn drawn) {
        var page = new Drawn.Area("page", 0, 0, diagram.width(), diagram.height());
        var texts = drawn.all("text").stream().map(Drawn::area).toList();
        assertThat(texts)
                .isNotEmpty()
                .allSatisfy(text ->
                        assertThat(page.holds(text)).as(text + " on the page").isTrue());
        for (int i = 0; i < texts.size(); i++) {
            for (int j = i + 1; j < texts.size(); j++) {
                assertThat(texts.get(i).overlaps(texts.get(j)))
                        .as(texts.get(i) + " lies over " + texts.get(j))
                        .isFalse();
            }
        }
        for (var line : drawn.flow()) {
            // The sign of a difference stands on a disc of its own.
            assertThat(texts)
                    .filteredOn(text -> !text.what().equals("≠"))
                    .allSatisfy(text -> assertThat(text.overlaps(line))
                            .as(line + " goes through " + text)
                            .isFalse());
        }
        for (var group : drawn.all("g")) {
            if (Drawn.classes(group).contains("box")) {
                var box = Drawn.rectangle(Drawn.all(group, "rect").getFirst());
                // The sign of a difference stands at the corner.
                assertThat(Drawn.all(group, "text"))
                        .isNotEmpty()
                        .filteredOn(text -> !text.getTextContent().equals("≠"))
                        .allSatisfy(text -> assertThat(box.holds(Drawn.area(text)))
                                .as(text.getTextContent() + " in its box")
                                .isTrue());
            }
        }
    }

    private static void coloursAreTheThemes(Diagram diagram, Drawn drawn) {
        assertThat(drawn.all("style")).hasSize(1);
        assertThat(drawn.all("style").getFirst().getTextContent()).isEqualTo(Theme.css());
        String body = diagram.svg().substring(diagram.svg().indexOf("</style>"));
        assertThat(body).doesNotContain("style=", "fill=", "stroke=", "color=");
        assertThat(drawn.all("*"))
                .filteredOn(element -> element.hasAttribute("class"))
                .flatMap(element -> List.copyOf(Drawn.classes((Element) element)))
                .filteredOn(name -> !name.isEmpty() && !name.equals("box") && !name.equals("strip"))
                .allSatisfy(name -> assertThat(Theme.css()).contains("." + name + "{"));
    }
}
