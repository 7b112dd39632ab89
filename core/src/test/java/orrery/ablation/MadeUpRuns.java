package orrery.ablation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Results of runs that never were. */
final class MadeUpRuns {
    private final List<Cell> cells = new ArrayList<>();

    /** Two seeds of a variant, whose numbers lie two hundredths apart. */
    MadeUpRuns two(Map<String, String> factors, Map<String, Double> measures, Cell.Range... ranges) {
        return one(1, 0, factors, measures, ranges).one(2, 0.02, factors, measures, ranges);
    }

    MadeUpRuns one(
            long seed, double more, Map<String, String> factors, Map<String, Double> measures, Cell.Range... ranges) {
        var numbers = new TreeMap<String, Double>();
        measures.forEach((name, value) -> numbers.put(name, value + more));
        cells.add(new Cell(
                new TreeMap<>(factors), seed, 1000, 5000, OptionalInt.empty(), numbers, List.of(ranges), 1.25));
        return this;
    }

    MadeUpRuns diverged(Map<String, String> factors, int step) {
        cells.add(
                new Cell(new TreeMap<>(factors), 1, 1000, 100, OptionalInt.of(step), new TreeMap<>(), List.of(), 0.5));
        return this;
    }

    Ablation of(String experiment) {
        return of(experiment, Map.of());
    }

    Ablation of(String experiment, Map<String, String> settings) {
        return new Ablation(
                experiment, "orrery lab " + experiment, "an abacus", new TreeMap<>(settings), cells.size(), cells);
    }

    String findings(String experiment) {
        return String.join(" ", of(experiment).findings());
    }
}
