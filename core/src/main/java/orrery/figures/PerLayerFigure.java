package orrery.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orrery.draw.Role;
import orrery.draw.chart.BarChart;
import orrery.draw.chart.Unit;
import orrery.report.Announced;
import orrery.report.CacheTable;
import orrery.report.FastMemory;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;

/** Gemma 3n's parameters, with and without its embedding tables in fast memory: figure 15. */
final class PerLayerFigure {
    private PerLayerFigure() {}

    /**
     * What a model has to hold.
     *
     * @param rest parameters without both tables: the "effective" ones of its authors
     * @param tokenTable parameters of the token embedding
     * @param perLayerTable parameters of the per-layer embeddings
     * @param encoders parameters of what the release has beside the text model
     */
    record Split(String name, long rest, long tokenTable, long perLayerTable, long encoders) {
        static Split of(ArchitectureSpec spec) {
            var memory = FastMemory.of(spec)
                    .orElseThrow(() -> new FigureException(spec.name() + " has no per-layer embeddings"));
            return new Split(
                    spec.name(),
                    memory.effective(),
                    spec.parameters() - memory.effective() - memory.perLayerTable(),
                    memory.perLayerTable(),
                    Announced.of(spec).total().orElseThrow() - spec.parameters());
        }

        long total() {
            return rest + tokenTable + perLayerTable;
        }
    }

    static Figure figure() {
        var splits = Models.named("gemma-3n-e2b", "gemma-3n-e4b").stream()
                .map(Split::of)
                .toList();
        var rows = new ArrayList<BarChart.Row>();
        for (var split : splits) {
            double rest = split.rest();
            double table = split.tokenTable();
            rows.add(row(split, "whole release", rest, table, split.perLayerTable(), split.encoders()));
            rows.add(row(split, "text model", rest, table, split.perLayerTable(), 0));
            rows.add(row(split, "per-layer tables kept in a file", rest, table, 0, 0));
            rows.add(row(split, "both tables kept there: effective", rest, 0, 0, 0));
        }
        var first = splits.getFirst();
        var last = splits.getLast();
        var chart = new BarChart(
                        "Gemma 3n: parameters in fast memory",
                        "Bars: " + told(first) + "; " + told(last) + ".",
                        "parameters",
                        Unit.COUNT,
                        List.of(
                                new BarChart.Part("layers, norms, projections", Role.FEED_FORWARD),
                                new BarChart.Part("token embedding", Role.EMBEDDING),
                                new BarChart.Part("per-layer embeddings", Role.EMBEDDING),
                                new BarChart.Part("vision and audio encoders", Role.PLAIN)),
                        rows,
                        BarChart.Arrangement.STACKED,
                        List.of(
                                "The text model is computed from the architecture. The whole release has the parameters of its"
                                        + " published files; the difference is the encoders, the same in both. Effective"
                                        + " parameters are counted as the makers do, who give 1.91B and 4B"
                                        + " (ai.google.dev/gemma/docs/gemma-3n): without both embedding tables. In bf16 the"
                                        + " text model of "
                                        + last.name() + " takes "
                                        + Numbers.bytes(last.total() * CacheTable.BF16_BYTES) + " in all, and "
                                        + Numbers.bytes(last.rest() * CacheTable.BF16_BYTES)
                                        + " of it must be in fast memory."))
                .diagram();
        return new Figure(
                FigureHeading.of(15),
                "A token reads only one row of each layer’s table, so the tables can stay in a file: "
                        + told(first) + "; " + told(last)
                        + ". For each model, first the whole release as published, "
                        + Numbers.rounded(first.total() + first.encoders()) + " and "
                        + Numbers.rounded(last.total() + last.encoders())
                        + ", then the text model alone, computed here; the difference is the vision and audio encoders"
                        + " of "
                        + Numbers.rounded(first.encoders()) + " parameters.",
                chart);
    }

    private static BarChart.Row row(Split split, String what, double... values) {
        return new BarChart.Row(
                split.name() + ": " + what, Arrays.stream(values).boxed().toList());
    }

    private static String told(Split split) {
        return split.name() + " has " + Numbers.rounded(split.total()) + " parameters in its text model, "
                + Numbers.rounded(split.rest()) + " of them effective";
    }
}
