package orrery.measure;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import orrery.catalog.OpenCheckpoint;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import orrery.tensor.Matrix;

/**
 * A model to measure: a catalogued shape with random weights, or a model's files. The caller closes it, after
 * everything that computes with it.
 */
public final class Subject implements AutoCloseable {
    private final LayerCut cut;
    private final SequencedMap<String, List<Matrix>> weights;
    private final BiFunction<String, WeightSpec, DType> storedAs;
    private final String storage;
    private final List<String> notes;
    private final Runnable closing;

    private Subject(
            LayerCut cut,
            SequencedMap<String, List<Matrix>> weights,
            BiFunction<String, WeightSpec, DType> storedAs,
            String storage,
            List<String> notes,
            Runnable closing) {
        this.cut = cut;
        this.weights = weights;
        this.storedAs = storedAs;
        this.storage = storage;
        this.notes = List.copyOf(notes);
        this.closing = closing;
    }

    /**
     * A shape with random weights, with as many layers as fit.
     *
     * @param memory bytes for weights and KV cache
     * @throws MeasureException if one layer of each kind does not fit
     */
    public static Subject ofShape(
            ArchitectureSpec shape, WeightType type, BenchPlan plan, long memory, BenchListener listener) {
        plan.requireWithin(shape);
        var storedAs = type.of(shape.withoutDraft());
        var cut = LayerCut.fitting(shape, storedAs, plan::cacheBytes, memory);
        var arena = Arena.ofShared();
        try {
            long all = cost(cut.spec(), cut.storedAs(storedAs), plan.kvType()).storedBytes();
            var weights = new RandomWeights(arena, cut.storedAs(storedAs))
                    .of(cut.spec(), made -> listener.at(BenchListener.Phase.MAKING_WEIGHTS, made, all));
            return new Subject(cut, weights, storedAs, type.label(), notes(cut.whole(), type), arena::close);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * All weights of a model's files.
     *
     * @throws orrery.OrreryException if they cannot be read
     */
    public static Subject ofFiles(Path model) {
        var open = OpenCheckpoint.open(model);
        try {
            var checkpoint = open.checkpoint().withoutDraft();
            var weights = checkpoint.weights();
            var storedAs = checkpoint.storedAs();
            var whole = LayerCut.whole(checkpoint.description().spec(), storedAs);
            return new Subject(whole, weights, storedAs, "as stored", checkpoint.notes(), open::close);
        } catch (RuntimeException | Error e) {
            open.close();
            throw e;
        }
    }

    private static TokenCost cost(
            ArchitectureSpec spec, BiFunction<String, WeightSpec, DType> storedAs, KvType kvType) {
        return TokenCost.of(spec, storedAs, kvType);
    }

    /** Which weights have another dtype than requested, and why. */
    private static List<String> notes(ArchitectureSpec spec, WeightType type) {
        var wanted = type.wanted(spec);
        var stored = type.of(spec);
        var counts = new TreeMap<String, Integer>();
        spec.weights().forEach((path, weight) -> {
            var other = stored.apply(path, weight);
            if (weight.use() != WeightSpec.Use.UNUSED && other != wanted.apply(path, weight)) {
                int columns = weight.dimensions().getLast();
                String what = "with rows of " + columns + " are " + other + ": " + columns + " is not a whole number"
                        + " of "
                        + wanted.apply(path, weight) + " blocks";
                counts.merge(what, weight.copies(), Integer::sum);
            }
        });
        var notes = new ArrayList<String>();
        counts.forEach((what, count) -> notes.add(count + (count == 1 ? " matrix " : " matrices ") + what));
        return notes;
    }

    /** Which layers are kept. */
    public LayerCut cut() {
        return cut;
    }

    /** The type of the weights: a {@link WeightType}, or whatever the files have. */
    public String storage() {
        return storage;
    }

    /** The type of each weight, by its path. */
    public BiFunction<String, WeightSpec, DType> storedAs() {
        return storedAs;
    }

    /** In words, what differs from the request. */
    public List<String> notes() {
        return notes;
    }

    /** The cost of a step with the kept layers and that KV cache type. */
    public TokenCost cost(KvType kvType) {
        return cost(cut.spec(), cut.storedAs(storedAs), kvType);
    }

    /** The cost of a step with all layers and that KV cache type. */
    public TokenCost costOfWhole(KvType kvType) {
        return cost(cut.whole(), storedAs, kvType);
    }

    Map<String, List<Matrix>> weights() {
        return weights;
    }

    @Override
    public void close() {
        closing.run();
    }
}
