package orrery.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.engine.ExpertUse;
import orrery.report.Numbers;

/**
 * Shows which experts an answer used: a row of bars per layer with the experts from left to right; if there are too
 * many, each bar stands for several neighbours.
 */
final class ExpertChart {
    /** Heights from zero to the layer's highest bar. */
    private static final String BARS = " ▁▂▃▄▅▆▇█";

    private static final int TOP = 3;
    private static final int NARROWEST = 8;

    private ExpertChart() {}

    /** For people, in lines of at most about {@code width} columns. */
    static List<String> lines(ExpertUse use, int width) {
        if (use.layers().isEmpty()) {
            return List.of("experts: this model has none");
        }
        var rows = use.layers();
        var ends = rows.stream().map(ExpertChart::words).toList();
        int beside = ends.stream().mapToInt(String::length).max().orElse(0) + "layer 999 ||  ".length();
        int most = rows.stream().mapToInt(row -> row.counts().length).max().orElse(0);
        int folded = folded(most, Math.max(NARROWEST, width - beside));
        var lines = new ArrayList<String>();
        lines.add("experts used, " + rows.getFirst().active() + " of " + most + " per token; one bar for "
                + Numbers.count(folded, "expert") + ", scaled to the highest in each layer");
        for (int i = 0; i < rows.size(); i++) {
            lines.add(String.format(
                    Locale.ROOT,
                    "layer %3d |%s|  %s",
                    rows.get(i).index(),
                    bars(rows.get(i).counts(), folded),
                    ends.get(i)));
        }
        return lines;
    }

    /** Experts per bar, so that at most {@code bars} are needed. */
    static int folded(int experts, int bars) {
        return (experts + bars - 1) / bars;
    }

    /** One character for each {@code folded} neighbours; any use at all is visible. */
    static String bars(long[] counts, int folded) {
        var sums = new long[(counts.length + folded - 1) / folded];
        for (int i = 0; i < counts.length; i++) {
            sums[i / folded] += counts[i];
        }
        long highest = Arrays.stream(sums).max().orElse(0);
        int steps = BARS.length() - 1;
        return Arrays.stream(sums)
                .map(sum -> sum == 0 ? 0 : Math.max(1, Math.round((double) sum * steps / highest)))
                .mapToObj(height -> String.valueOf(BARS.charAt((int) height)))
                .collect(Collectors.joining());
    }

    private static String words(ExpertUse.Layer layer) {
        String best = top(layer)
                .map(expert -> String.format(
                        Locale.ROOT, "%d %.1f %%", expert, 100.0 * layer.counts()[expert] / layer.total()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%d of %d, balance %.2f%s",
                layer.distinct(),
                layer.counts().length,
                layer.balance(),
                best.isEmpty() ? "" : "; " + best);
    }

    /** The most used experts; if equal, the lowest index first. */
    private static java.util.stream.Stream<Integer> top(ExpertUse.Layer layer) {
        return IntStream.range(0, layer.counts().length)
                .filter(expert -> layer.counts()[expert] > 0)
                .boxed()
                .sorted(java.util.Comparator.comparingLong(expert -> -layer.counts()[expert]))
                .limit(TOP);
    }

    /** As data for JSON. */
    static Map<String, Object> data(ExpertUse use) {
        var layers = use.layers().stream()
                .map(layer -> {
                    var data = new LinkedHashMap<String, Object>();
                    data.put("layer", layer.index());
                    data.put("experts_per_token", layer.active());
                    data.put("distinct", layer.distinct());
                    data.put("balance", layer.balance());
                    data.put("counts", Arrays.stream(layer.counts()).boxed().toList());
                    return data;
                })
                .toList();
        return Map.of("layers", layers);
    }
}
