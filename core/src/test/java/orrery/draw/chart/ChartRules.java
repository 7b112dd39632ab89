package orrery.draw.chart;

import static org.assertj.core.api.Assertions.assertThat;

import orrery.draw.Diagram;

/** What holds for every chart. */
public final class ChartRules {
    private ChartRules() {}

    /** Well-formed, with title and description, every text within the drawing and none on another. */
    public static void hold(Diagram diagram) {
        var root = DrawnText.parse(diagram).getDocumentElement();
        assertThat(root.getAttribute("viewBox")).isEqualTo("0 0 " + diagram.width() + " " + diagram.height());
        assertThat(root.getElementsByTagName("title").item(0).getTextContent()).isEqualTo(diagram.title());
        assertThat(root.getElementsByTagName("desc").item(0).getTextContent()).isEqualTo(diagram.description());
        assertThat(diagram.svg()).doesNotContain("NaN", "Infinity");
        var paper = new PlotArea(0, 0, diagram.width(), diagram.height());
        var texts = DrawnText.of(diagram);
        assertThat(texts)
                .isNotEmpty()
                .allSatisfy(text -> assertThat(holds(paper, text.box()))
                        .as("%s within %s", text, paper)
                        .isTrue());
        for (int i = 0; i < texts.size(); i++) {
            for (int j = i + 1; j < texts.size(); j++) {
                assertThat(texts.get(i).box().overlaps(texts.get(j).box()))
                        .as("%s on %s", texts.get(i), texts.get(j))
                        .isFalse();
            }
        }
    }

    private static boolean holds(PlotArea area, PlotArea other) {
        return area.contains(other.left(), other.top()) && area.contains(other.right(), other.bottom());
    }
}
