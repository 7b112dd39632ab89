package orrery.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.draw.Diagram;
import orrery.draw.DrawingRules;
import orrery.draw.chart.ChartRules;

final class FiguresTest {
    static Stream<Integer> numbers() {
        return Figures.numbers().stream();
    }

    @Test
    void areThoseOfTheSurvey() {
        assertThat(Figures.numbers()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    }

    /** No curve by eye, and nothing that looks like one. */
    @Test
    void trainingRunsOfReportsAreToldInWordsAlone() {
        for (int number : List.of(9, 13)) {
            var figure = Figures.numbered(number);
            assertThat(figure.caption()).contains("own curves are not drawn", "only as plots");
            var statements = figure.panels().getFirst();
            assertThat(statements.name()).isEqualTo("statements");
            assertThat(statements.diagram().svg()).contains("arXiv:").doesNotContain("<path", "<polyline");
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void keepTheRulesOfAllDrawings(int number) {
        var figure = Figures.numbered(number);

        assertThat(figure.number()).isEqualTo(number);
        assertThat(figure.title()).isNotBlank().doesNotEndWith(".");
        assertThat(figure.caption()).endsWith(".").doesNotContain("NaN", "  ");
        assertThat(figure.panels()).allSatisfy(panel -> {
            assertThat(figure.file(panel))
                    .matches("\\d\\d-[a-z0-9-]+\\.svg")
                    .startsWith(number < 10 ? "0" + number : "" + number);
            holds(panel.diagram());
        });
    }

    /** Charts have attributes of their own, for which they have rules of their own. */
    private static void holds(Diagram diagram) {
        if (diagram.svg().contains(" opacity=")) {
            ChartRules.hold(diagram);
        } else {
            DrawingRules.hold(diagram);
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void areLegibleAtEightHundredPixels(int number) {
        // Letters are twelve pixels high, of which ten have to be left.
        assertThat(Figures.numbered(number).panels())
                .allSatisfy(panel -> assertThat(panel.diagram().width()).isBetween(600, 960));
    }

    @Test
    void haveFilesAndIdsOfTheirOwn() {
        var figures = Figures.all();

        var files = figures.stream()
                .flatMap(figure -> figure.panels().stream().map(figure::file))
                .toList();
        assertThat(files).doesNotHaveDuplicates();
        var ids = figures.stream()
                .flatMap(figure -> figure.panels().stream())
                .map(panel -> panel.diagram().svg().replaceFirst("(?s).*?aria-labelledby=\"(\\S+) .*", "$1"))
                .toList();
        assertThat(new HashSet<>(ids)).hasSize(files.size());
    }

    @Test
    void anotherNumberIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Figures.numbered(17))
                .isInstanceOf(FigureException.class)
                .hasMessage(
                        "there is no figure 17, expected one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16");
    }
}
