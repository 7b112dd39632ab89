package orrery.ablation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import orrery.format.Metadata;

/**
 * One training run of an ablation. Its numbers are rounded to five decimals, as they are in the file.
 *
 * @param factors what it differs from the others in, by name: {@code norms} is {@code pre}
 * @param seed of its first weights and its batches
 * @param parameters of its model
 * @param tokens that it was trained on
 * @param divergedAt the step whose loss or gradient was not a finite number, if there was one
 * @param measures by name; a run that diverged lacks those of the trained model
 * @param ranges a measure by position or distance; may be empty
 * @param seconds that it took
 */
public record Cell(
        SortedMap<String, String> factors,
        long seed,
        long parameters,
        long tokens,
        OptionalInt divergedAt,
        SortedMap<String, Double> measures,
        List<Range> ranges,
        double seconds) {
    private static final double DIGITS = 1e5;

    /**
     * The mean of a measure over predictions of a kind.
     *
     * @param first the smallest position or distance
     * @param last the largest
     */
    public record Range(int first, int last, double value) {
        public Range {
            value = rounded(value);
        }
    }

    public Cell {
        factors = Collections.unmodifiableSortedMap(new TreeMap<>(factors));
        var numbers = new TreeMap<String, Double>();
        measures.forEach((name, value) -> numbers.put(name, rounded(value)));
        measures = Collections.unmodifiableSortedMap(numbers);
        ranges = List.copyOf(ranges);
        seconds = Math.round(seconds * 10) / 10.0;
    }

    /** More digits than any other seed repeats would only lengthen the file. */
    private static double rounded(double value) {
        return Math.round(value * DIGITS) / DIGITS;
    }

    /** {@code learning rate 0.003, norms pre, seed 1}: no two cells of an ablation share it. */
    public String name() {
        return name(factors, seed);
    }

    /** The same of a cell that has not run. */
    public static String name(Map<String, String> factors, long seed) {
        return new TreeMap<>(factors)
                        .entrySet().stream()
                                .map(one -> one.getKey() + " " + one.getValue())
                                .collect(Collectors.joining(", "))
                + ", seed " + seed;
    }

    /** The value of a factor; empty for a factor that it does not have. */
    public String factor(String name) {
        return factors.getOrDefault(name, "");
    }

    /** A measure; empty if the cell lacks it. */
    public OptionalDouble measure(String name) {
        Double value = measures.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** As the file has it. */
    Map<String, Object> data() {
        var data = new LinkedHashMap<String, Object>();
        data.put("factors", factors);
        data.put("seed", seed);
        data.put("parameters", parameters);
        data.put("tokens", tokens);
        divergedAt.ifPresent(step -> data.put("diverged_at_step", step));
        data.put("measures", measures);
        if (!ranges.isEmpty()) {
            data.put("ranges", ranges.stream().map(Cell::data).toList());
        }
        data.put("elapsed_seconds", seconds);
        return data;
    }

    private static Map<String, Object> data(Range range) {
        var data = new LinkedHashMap<String, Object>();
        data.put("first", range.first());
        data.put("last", range.last());
        data.put("value", range.value());
        return data;
    }

    static Cell read(Metadata data) {
        var factors = new TreeMap<String, String>();
        var told = data.requireChild("factors");
        told.keys().forEach(key -> factors.put(key, told.text(key)));
        var measures = new TreeMap<String, Double>();
        var numbers = data.requireChild("measures");
        numbers.keys().forEach(key -> measures.put(key, numbers.decimal(key)));
        int diverged = data.integer("diverged_at_step", 0);
        return new Cell(
                factors,
                data.longInteger("seed"),
                data.longInteger("parameters"),
                data.longInteger("tokens"),
                diverged == 0 ? OptionalInt.empty() : OptionalInt.of(diverged),
                measures,
                data.has("ranges")
                        ? data.children("ranges").stream().map(Cell::range).toList()
                        : List.of(),
                data.decimal("elapsed_seconds"));
    }

    private static Range range(Metadata data) {
        return new Range(data.integer("first"), data.integer("last"), data.decimal("value"));
    }
}
