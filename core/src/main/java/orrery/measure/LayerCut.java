package orrery.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.CacheSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;

/**
 * A model with some of its layers, embedding and head in full: at least one layer of each kind, so that from the time of each kind the time of all layers can be told.
 *
 * @param whole the model as it is, without its draft
 * @param layers the kept ones, ascending, by their number in the whole
 * @param spec the model with those alone
 */
public record LayerCut(ArchitectureSpec whole, List<Integer> layers, ArchitectureSpec spec) {

    public LayerCut {
        layers = List.copyOf(layers);
    }

    /** Whether nothing was left out. */
    public boolean isWhole() {
        return layers.size() == whole.layers().size();
    }

    /** Nothing left out. */
    public static LayerCut whole(ArchitectureSpec model) {
        return of(model.withoutDraft(), all(model));
    }

    private static SortedSet<Integer> all(ArchitectureSpec model) {
        return new TreeSet<>(IntStream.range(0, model.layers().size()).boxed().toList());
    }

    /**
     * As many layers as fit: one of each kind, with those whose keys and values it borrows, then from the first on.
     *
     * @param bytes what a model takes
     * @param most bytes that it may take
     * @throws MeasureException if one layer of each kind is too much
     */
    public static LayerCut fitting(ArchitectureSpec model, ToLongFunction<ArchitectureSpec> bytes, long most) {
        var whole = model.withoutDraft();
        var all = all(whole);
        if (bytes.applyAsLong(whole) <= most) {
            return of(whole, all);
        }
        var kept = new TreeSet<Integer>();
        var seen = new ArrayList<LayerSpec>();
        for (int layer : all) {
            var kind = kind(whole.layers().get(layer));
            if (!seen.contains(kind)) {
                seen.add(kind);
                kept.add(layer);
                addOwner(whole, layer, kept);
            }
        }
        long least = bytes.applyAsLong(of(whole, kept).spec);
        if (least > most) {
            throw new MeasureException(whole.name() + " takes " + least + " bytes with embedding, head and "
                    + kept.size() + " of " + all.size() + " layers, one of each kind, but " + most
                    + " bytes of memory are to be used; expected more memory, or a smaller type");
        }
        for (int layer : all) {
            var more = new TreeSet<>(kept);
            more.add(layer);
            addOwner(whole, layer, more);
            if (bytes.applyAsLong(of(whole, more).spec) <= most) {
                kept = more;
            }
        }
        return of(whole, kept);
    }

    private static void addOwner(ArchitectureSpec whole, int layer, SortedSet<Integer> kept) {
        if (whole.layers().get(layer).attention().cache() instanceof CacheSpec.Borrowed(var owner)) {
            kept.add(owner);
        }
    }

    private static LayerCut of(ArchitectureSpec whole, SortedSet<Integer> layers) {
        var numbers = List.copyOf(layers);
        var kept = numbers.stream()
                .map(layer -> borrowing(whole.layers().get(layer), numbers))
                .toList();
        var spec = new ArchitectureSpec(
                whole.name(),
                whole.vocabSize(),
                whole.hiddenSize(),
                whole.maxPositions(),
                whole.embedding(),
                kept,
                whole.finalNorm(),
                whole.head());
        return new LayerCut(whole, numbers, spec);
    }

    /** The layer, borrowing from the same one under its new number. */
    private static LayerSpec borrowing(LayerSpec layer, List<Integer> numbers) {
        return layer.attention() instanceof GroupedQuery attention
                        && attention.keyValues() instanceof GroupedQuery.KeyValues.Borrowed(var owner)
                ? withAttention(layer, attention.borrowingFrom(numbers.indexOf(owner)))
                : layer;
    }

    /** The layer without the number of the one that it borrows from: what it computes does not depend on that. */
    private static LayerSpec kind(LayerSpec layer) {
        return layer.attention() instanceof GroupedQuery attention
                        && attention.keyValues() instanceof GroupedQuery.KeyValues.Borrowed
                ? withAttention(layer, attention.borrowingFrom(0))
                : layer;
    }

    private static LayerSpec withAttention(LayerSpec layer, GroupedQuery attention) {
        var old = layer.mixer();
        var mixer = new Branch(old.before(), attention, old.after(), old.outer());
        return switch (layer) {
            case LayerSpec.Residual(var _, var feedForward) -> new LayerSpec.Residual(mixer, feedForward);
            case LayerSpec.AltUp(var streams, var _, var feedForward, var laurel, var input) ->
                new LayerSpec.AltUp(streams, mixer, feedForward, laurel, input);
        };
    }

    /**
     * What all layers of the whole take, where each takes the mean of the kept ones of its kind.
     *
     * @param times what each kept layer takes, in any unit
     */
    double ofWhole(double[] times) {
        Map<LayerSpec, double[]> byKind = new LinkedHashMap<>();
        for (int i = 0; i < times.length; i++) {
            var sum = byKind.computeIfAbsent(kind(whole.layers().get(layers.get(i))), _ -> new double[2]);
            sum[0] += times[i];
            sum[1]++;
        }
        double all = 0;
        for (var layer : whole.layers()) {
            var sum = byKind.get(kind(layer));
            if (sum == null) {
                throw new IllegalStateException("a cut of " + whole.name() + " has no layer like " + layer);
            }
            all += sum[0] / sum[1];
        }
        return all;
    }
}
