package orrery.draw.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.draw.Role;

final class BarChartTest {
    private static final List<BarChart.Part> PARTS = List.of(
            new BarChart.Part("attention", Role.ATTENTION),
            new BarChart.Part("routed experts", Role.EXPERTS),
            new BarChart.Part("feed-forward", Role.FEED_FORWARD),
            new BarChart.Part("embedding", Role.EMBEDDING));

    private static BarChart chart(BarChart.Arrangement arrangement) {
        return new BarChart(
                "Parameters & parts",
                "bars",
                "parameters",
                Unit.COUNT,
                PARTS,
                List.of(
                        new BarChart.Row("deepseek-v3", List.of(11e9, 654e9, 4e9, 2e9)),
                        new BarChart.Row("a-model-with-a-long-name-of-its-own", List.of(1e9, 0.0, 5e9, 1e6)),
                        new BarChart.Row("nothing", List.of(0.0, 0.0, 0.0, 0.0))),
                arrangement,
                List.of("A note."));
    }

    @ParameterizedTest
    @EnumSource
    void writesEveryValueWhereItLiesOnNothingElse(BarChart.Arrangement arrangement) {
        var diagram = chart(arrangement).diagram();

        ChartRules.hold(diagram);
        assertThat(DrawnText.of(diagram))
                .extracting(DrawnText::text)
                .contains("654B", "deepseek-v3", "routed experts", "A note.");
        assertThat(diagram.svg()).contains("deepseek-v3, embedding: 2B");
    }

    @Test
    void aStackEndsWithItsSum() {
        assertThat(DrawnText.of(chart(BarChart.Arrangement.STACKED).diagram()))
                .extracting(DrawnText::text)
                .contains("671B", "6B");
    }

    @Test
    void refusesRowsWithoutAValueForEachPart() {
        assertThatThrownBy(() -> new BarChart(
                        "t",
                        "d",
                        "l",
                        Unit.COUNT,
                        PARTS,
                        List.of(new BarChart.Row("r", List.of(1.0))),
                        BarChart.Arrangement.GROUPED,
                        List.of()))
                .hasMessageContaining("the bars of r are [1.0], expected 4 numbers of 0 or more");
        assertThatThrownBy(() -> new BarChart(
                        "t", "d", "l", Unit.COUNT, PARTS, List.of(), BarChart.Arrangement.GROUPED, List.of()))
                .hasMessageContaining("0 rows");
    }
}
