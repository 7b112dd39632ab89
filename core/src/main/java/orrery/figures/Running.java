package orrery.figures;

import java.util.List;
import orrery.curve.Scenario;
import orrery.draw.chart.LineChart;
import orrery.report.WeightTable;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/** How the models of a figure are run: weights and KV cache in bf16, one sequence. */
final class Running {
    private Running() {}

    static Scenario inBf16(ArchitectureSpec spec) {
        return Scenario.of(spec, "bf16", WeightTable.storedAs(spec, DType.BF16), KvType.BF16, 1);
    }

    /** A chart under another title, with other notes. */
    static LineChart named(LineChart chart, String title, List<String> notes) {
        return new LineChart(
                title,
                title + ". " + chart.description(),
                chart.x(),
                chart.y(),
                chart.series(),
                chart.marks(),
                chart.bands(),
                notes,
                chart.width(),
                chart.height());
    }
}
