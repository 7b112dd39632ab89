package orrery.figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import orrery.ablation.Ablation;
import orrery.ablation.Cell;
import orrery.ablation.Spread;
import orrery.draw.Diagram;
import orrery.draw.chart.Axis;
import orrery.draw.chart.LineChart;
import orrery.draw.chart.Series;
import orrery.draw.chart.Unit;

/** The lab's runs with windows in several shares of their layers: accuracy by distance, loss by position. */
final class WindowRuns {
    private static final String FULL = "all global";
    private static final double ROOM = 0.06;

    private final Ablation ablation;

    private WindowRuns(Ablation ablation) {
        this.ablation = ablation;
    }

    /** A chart for each task and window. */
    static List<Figure.Panel> of(Ablation ablation) {
        var runs = new WindowRuns(ablation);
        var windows = ablation.values("window").stream()
                .sorted(Comparator.comparingInt(Integer::parseInt))
                .toList();
        var panels = new ArrayList<Figure.Panel>();
        for (String task : ablation.values("task")) {
            for (String window : windows) {
                panels.add(new Figure.Panel(task + "-" + window, runs.chart(task, window)));
            }
        }
        return panels;
    }

    private Diagram chart(String task, String window) {
        boolean recall = task.equals("recall");
        String title = (recall ? "Recall: accuracy by distance, windows of " : "Text: loss by position, windows of ")
                + window + " tokens";
        var series = new ArrayList<Series>();
        var told = new ArrayList<String>();
        var variants = Stream.concat(Stream.of(FULL), ablation.values("layers").stream())
                .distinct();
        variants.forEach(layers -> {
            var cells = layers.equals(FULL)
                    ? ablation.where("task", task, "layers", layers)
                    : ablation.where("task", task, "layers", layers, "window", window);
            if (cells.stream().anyMatch(cell -> !cell.ranges().isEmpty())) {
                var one = series(label(layers, cells), cells);
                series.add(one);
                told.add(one.label() + ": "
                        + String.join(
                                ", ",
                                one.points().stream()
                                        .map(point -> Spread.two(point.y()) + " at " + (int) point.x())
                                        .toList()));
            }
        });
        double low = series.stream()
                .flatMap(one -> one.spreads().stream())
                .mapToDouble(Series.Spread::lowest)
                .min()
                .orElse(0);
        double high = series.stream()
                .flatMap(one -> one.spreads().stream())
                .mapToDouble(Series.Spread::highest)
                .max()
                .orElse(1);
        var y = recall
                ? new Axis("share of right answers", Unit.PLAIN, false, 0, 1.02)
                : new Axis(
                        "validation loss in nats per byte",
                        Unit.PLAIN,
                        false,
                        low - ROOM * (high - low) - 1e-3,
                        high + ROOM * (high - low) + 1e-3);
        double last = series.stream()
                .flatMap(one -> one.points().stream())
                .mapToDouble(Series.Point::x)
                .max()
                .orElse(2);
        String label = recall
                ? "tokens from the question back to its answer, in ranges that double"
                : "tokens that a prediction sees, in ranges that double";
        return new LineChart(
                        title,
                        title + ". " + String.join(". ", told) + ".",
                        new Axis(label, Unit.TOKENS, true, 0.9, last * 1.1),
                        y,
                        series,
                        List.of(),
                        List.of(
                                "Points: means over seeds; bars: from the lowest to the highest seed. Percentages: KV"
                                        + " cache of a sequence, of that with full attention in all layers, computed.",
                                ablation.ran()))
                .diagram();
    }

    /** With the share of the KV cache. */
    private String label(String layers, List<Cell> cells) {
        var full = ablation.spread("kv_bytes", "layers", FULL);
        var own = cells.getFirst().measure("kv_bytes");
        return full.isEmpty() || own.isEmpty() || layers.equals(FULL)
                ? layers
                : layers + ", "
                        + Math.round(100 * own.getAsDouble() / full.get().mean()) + " % of KV";
    }

    private static Series series(String label, List<Cell> cells) {
        var points = new ArrayList<Series.Point>();
        var spreads = new ArrayList<Series.Spread>();
        var measured = cells.stream().filter(cell -> !cell.ranges().isEmpty()).toList();
        for (var range : measured.getFirst().ranges()) {
            var spread = Spread.of(measured.stream()
                    .flatMap(cell -> cell.ranges().stream().filter(one -> one.first() == range.first()))
                    .map(Cell.Range::value)
                    .toList());
            points.add(new Series.Point(range.first(), spread.mean()));
            spreads.add(new Series.Spread(range.first(), spread.lowest(), spread.highest()));
        }
        return new Series(label, points, OptionalDouble.empty(), spreads);
    }
}
