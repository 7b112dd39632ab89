package orrery.figures;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orrery.curve.CurveChart;
import orrery.curve.CurveSet;
import orrery.curve.Quantity;
import orrery.draw.Diagram;
import orrery.draw.MaskDrawing;
import orrery.draw.Role;
import orrery.draw.chart.BarChart;
import orrery.draw.chart.LineChart;
import orrery.draw.chart.Unit;
import orrery.report.CacheTable;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.spec.Reach;

/** What windows are, and what they save: figures 11 and 12. */
final class WindowFigures {
    private static final List<Integer> RATIOS = List.of(1, 3, 5);
    private static final List<Integer> SIZES = List.of(512, 1024, 4096);
    private static final long FIRST = 1024;
    private static final long CONTEXT = 32_768;

    private WindowFigures() {}

    /** Full masks beside windows and chunks. */
    static Figure masks() {
        return new Figure(
                FigureHeading.of(12),
                "With full attention a query attends to all previous positions, so the cache grows with the context. A"
                        + " sliding window moves with the query; a chunk starts anew at its first position. Both"
                        + " bound the cache. Drawn from the architectures.",
                MaskDrawing.of(Models.named("gemma-3-27b", "llama-4-maverick")));
    }

    /** KV memory of Gemma 3 27B against context, with windows of several sizes in several shares of its layers. */
    static Figure memory() {
        var spec = Models.named("gemma-3-27b");
        var full = Windows.NONE.of(spec);
        var own = own(spec);
        var ratios = Stream.concat(
                        Stream.of(Windows.NONE), RATIOS.stream().map(ratio -> new Windows(ratio, own.tokens())))
                .toList();
        var sizes = Stream.concat(
                        Stream.of(Windows.NONE), SIZES.stream().map(size -> new Windows(own.localToGlobal(), size)))
                .toList();
        String ofRatios = "windows of " + Numbers.exact(own.tokens()) + ", in several shares of the layers";
        String ofSizes =
                own.localToGlobal() + " sliding-window layers per full-attention layer, for several window sizes";
        return new Figure(
                FigureHeading.of(11),
                "At " + Numbers.exact(CONTEXT) + " tokens the released model caches " + held(spec)
                        + " per sequence in bf16; with full attention in every layer it would be "
                        + held(full) + ", " + times((double) full.cacheElements(CONTEXT) / spec.cacheElements(CONTEXT))
                        + " times as much. The share of sliding-window layers decides how steeply memory grows at long"
                        + " contexts, the window size only where the growth slows down. All numbers are"
                        + " computed; the report’s own measurement is a plot without a table.",
                List.of(
                        new Figure.Panel("ratios", chart(spec, ofRatios, ratios)),
                        new Figure.Panel("sizes", chart(spec, ofSizes, sizes)),
                        new Figure.Panel("at-32k", bars(spec))));
    }

    /** The windows that a model has. */
    static Windows own(ArchitectureSpec spec) {
        var reaches = spec.caches().stream()
                .map(cache -> switch (cache) {
                    case CacheSpec.PerToken kept -> kept.reach();
                    case CacheSpec.Borrowed _ -> Reach.FULL;
                    case CacheSpec.PerSequence _, CacheSpec.None _ ->
                        throw new FigureException(spec.name() + " has layers without attention over tokens");
                })
                .toList();
        long tokens = reaches.stream()
                .mapToLong(reach -> reach.keptOf(Long.MAX_VALUE))
                .filter(kept -> kept < Long.MAX_VALUE)
                .max()
                .orElse(0);
        return new Windows(reaches.indexOf(Reach.FULL), Math.toIntExact(tokens));
    }

    private static Diagram chart(ArchitectureSpec spec, String title, List<Windows> windows) {
        var scenarios = windows.stream()
                .map(one -> Models.inBf16(one.of(spec)).withLabel(one.label()))
                .toList();
        var set = CurveSet.of(Quantity.KV, scenarios, Optional.empty(), FIRST, spec.maxPositions());
        var chart = CurveChart.of(set, List.of());
        String named = spec.name() + ": " + title;
        String description = named + ". " + chart.description();
        return new LineChart(named, description, chart.x(), chart.y(), chart.series(), chart.marks(), notes(spec))
                .diagram();
    }

    private static Diagram bars(ArchitectureSpec spec) {
        var rows = Stream.concat(Stream.of(0), RATIOS.stream())
                .map(ratio -> new BarChart.Row(
                        ratio == 0 ? "all global" : ratio + " local to 1 global",
                        SIZES.stream()
                                .map(size -> (double) bytes(new Windows(ratio, size).of(spec)))
                                .toList()))
                .toList();
        var parts = IntStream.range(0, SIZES.size())
                .mapToObj(i -> new BarChart.Part("window of " + Numbers.exact(SIZES.get(i)), Role.CACHE))
                .toList();
        String told = rows.stream()
                .map(row -> row.label() + ": "
                        + row.values().stream().map(Unit.BYTES::text).collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
        String sizes = SIZES.stream().map(size -> Numbers.exact(size)).collect(Collectors.joining(", "));
        return new BarChart(
                        spec.name() + ": KV cache at " + Numbers.exact(CONTEXT) + " tokens",
                        "Bars for windows of " + sizes + " tokens. " + told + ".",
                        "KV cache of one sequence in bytes",
                        Unit.BYTES,
                        parts,
                        rows,
                        BarChart.Arrangement.GROUPED,
                        notes(spec))
                .diagram();
    }

    private static List<String> notes(ArchitectureSpec spec) {
        var own = own(spec);
        return List.of("Computed: KV cache in bf16, one sequence. " + spec.name() + " as it is has " + own.label()
                + "; the others are the same model with other windows.");
    }

    private static long bytes(ArchitectureSpec spec) {
        return Math.round(spec.cacheBytes(CONTEXT, CacheTable.BF16_BYTES));
    }

    private static String held(ArchitectureSpec spec) {
        return Numbers.bytes(bytes(spec));
    }

    private static String times(double ratio) {
        return String.format(java.util.Locale.ROOT, "%.1f", ratio);
    }
}
