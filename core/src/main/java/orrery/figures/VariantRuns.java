package orrery.figures;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import orrery.ablation.Ablation;
import orrery.ablation.Cell;
import orrery.ablation.Spread;
import orrery.draw.Diagram;
import orrery.draw.chart.SpreadChart;
import orrery.report.Numbers;

/** The lab's runs whose models differ in one part: the losses of all seeds, variant by variant. */
final class VariantRuns {
    private VariantRuns() {}

    /** Kinds of attention, each with what a token adds to the cache. */
    static Figure.Panel attention(Ablation ablation) {
        return new Figure.Panel(
                "tiny-models",
                chart(
                        ablation,
                        "Tiny models with each kind of attention, at equal parameters",
                        "attention",
                        cell ->
                                Numbers.exact(Math.round(cell.measure("cache_bytes_per_token")
                                                .orElse(0))) + " bytes of KV cache per token"));
    }

    /** Kinds of feed-forwards, each with the load of its experts. */
    static Figure.Panel experts(Ablation ablation) {
        return new Figure.Panel(
                "tiny-models",
                chart(
                        ablation,
                        "Tiny models with each kind of feed-forward, at equal active parameters",
                        "feed-forward",
                        cell -> ablation.spread("busiest_expert_load", "feed-forward", cell.factor("feed-forward"))
                                .map(load -> "busiest expert " + Spread.two(load.mean()) + "× an even load")
                                .orElse("no experts")));
    }

    private static Diagram chart(Ablation ablation, String title, String factor, Function<Cell, String> words) {
        var rows = ablation.values(factor).stream()
                .map(variant -> ablation.where(factor, variant).stream()
                        .filter(cell -> cell.measure("loss").isPresent())
                        .toList())
                .filter(cells -> !cells.isEmpty())
                .map(cells -> new SpreadChart.Row(
                        cells.getFirst().factor(factor),
                        cells.stream()
                                .map(cell -> cell.measure("loss").orElseThrow())
                                .toList(),
                        words.apply(cells.getFirst())))
                .toList();
        String told = rows.stream()
                .map(row -> row.label() + " " + Spread.of(row.values()).text() + ", " + row.words())
                .collect(Collectors.joining("; "));
        return new SpreadChart(
                        title,
                        title + ". Validation loss: " + told + ".",
                        "validation loss in nats per byte",
                        rows,
                        List.of("Dots: seeds; bars: their means.", ablation.ran()))
                .diagram();
    }
}
