package orrery.draw.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class LineChartTest {
    private static final Axis CONTEXT = new Axis("context in tokens", Unit.TOKENS, true, 1024, 131_072);
    private static final Axis BYTES = new Axis("bytes", Unit.BYTES, true, 1 << 20, 1L << 40);

    private static Series rising(String label, double first) {
        return new Series(
                label,
                List.of(
                        new Series.Point(1024, first),
                        new Series.Point(8192, first * 8),
                        new Series.Point(131_072, first * 128)),
                OptionalDouble.empty());
    }

    private static LineChart chart(int lines) {
        return chart(lines, List.of(), List.of());
    }

    private static LineChart chart(int lines, List<Mark> marks, List<String> notes) {
        var series = new ArrayList<Series>();
        for (int i = 0; i < lines; i++) {
            // All of them end at the same place: the worst case for their labels.
            series.add(rising("a model called number-" + i, 1 << 22));
        }
        return new LineChart("KV cache <held> & \"kept\"", "lines & bytes", CONTEXT, BYTES, series, marks, notes);
    }

    @Test
    void labelsOfLinesThatEndTogetherLieApart() {
        for (int lines : new int[] {1, 2, 7, 16, 40}) {
            var diagram = chart(lines).diagram();

            ChartRules.hold(diagram);
            assertThat(DrawnText.of(diagram))
                    .extracting(DrawnText::text)
                    .contains("a model called number-" + (lines - 1));
        }
    }

    @Test
    void growsWhereLabelsAndTitlesNeedIt() {
        String label = "a-label-of-a-hundred-and-more-letters-".repeat(4);
        var lines = List.of(rising(label, 1 << 22));
        var diagram = new LineChart("t".repeat(160), "d", CONTEXT, BYTES, lines, List.of(), List.of()).diagram();

        ChartRules.hold(diagram);
        assertThat(diagram.width()).isGreaterThan(800);
        assertThat(chart(1).diagram().width()).isEqualTo(800);
    }

    @Test
    void wordsOfMarksLieOnNothingElse() {
        var marks = new ArrayList<Mark>();
        for (int i = 0; i < 4; i++) {
            marks.add(new Mark("memory full at " + i, 65_536, (double) (1L << 28), i, Mark.Kind.END));
            marks.add(new Mark("measured " + i, 2048 << i, (double) (1L << 23 << i), i, Mark.Kind.MEASURED));
        }
        var notes = List.of("A note that is so long that it takes more than one line. ".repeat(5), "Another.");
        var diagram = chart(4, marks, notes).diagram();

        ChartRules.hold(diagram);
        assertThat(DrawnText.of(diagram))
                .extracting(DrawnText::text)
                .contains("memory full at 3", "measured 0", "Another.");
    }

    @Test
    void eachLineHasDashesAndASignOfItsOwn() {
        var document = DrawnText.parse(chart(8).diagram());
        var paths = document.getElementsByTagName("path");
        var looks = new ArrayList<String>();
        for (int i = 0; i < paths.getLength(); i++) {
            var path = (org.w3c.dom.Element) paths.item(i);
            if (path.getAttribute("stroke-width").equals("2")
                    && path.getParentNode().getNodeName().equals("g")) {
                looks.add(path.getAttribute("class") + path.getAttribute("stroke-dasharray"));
            }
        }
        assertThat(looks).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void whatCannotBeReachedIsFaint() {
        var points = rising("x", 1 << 22).points();
        var series = List.of(new Series("half", points, OptionalDouble.of(8192)));
        var half = new LineChart("t", "d", CONTEXT, BYTES, series, List.of(), List.of());

        assertThat(half.diagram().svg()).contains("opacity=\"0.35\"");
        assertThat(chart(1).diagram().svg()).doesNotContain("opacity=\"0.35\"");
    }

    @Test
    void refusesLinesWithoutPointsAndMarksOfNoLine() {
        assertThatThrownBy(() -> new Series("empty", List.of(), OptionalDouble.empty()))
                .hasMessage("the line empty has no points");
        assertThatThrownBy(() -> chart(2, List.of(new Mark("m", 1, 1, 2, Mark.Kind.END)), List.of()))
                .hasMessage("the mark \"m\" is of line 2, and there are 2");
    }
}
