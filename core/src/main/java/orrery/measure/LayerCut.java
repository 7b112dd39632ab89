package orrery.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import orrery.report.Numbers;
import orrery.report.TokenCost;
import orrery.spec.ArchitectureSpec;
import orrery.spec.LayerSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * A model with some of its layers, and with the full embedding and head. At least one layer of each kind is kept, so
 * that the time of all layers can be estimated from the time of each kind.
 *
 * @param whole the complete model, without its draft
 * @param layers the kept layers, ascending, by their number in the whole
 * @param spec the model with only those layers
 * @param kinds for each layer of the whole, the first one that computes the same with weights of the same dtypes
 */
public record LayerCut(ArchitectureSpec whole, List<Integer> layers, ArchitectureSpec spec, List<Integer> kinds) {
    private static final String LAYERS = "layers.";

    public LayerCut {
        layers = List.copyOf(layers);
        kinds = List.copyOf(kinds);
    }

    /** Whether nothing was left out. */
    public boolean isWhole() {
        return layers.size() == whole.layers().size();
    }

    /**
     * Nothing left out.
     *
     * @param storedAs the type of a weight, by its path
     */
    public static LayerCut whole(ArchitectureSpec model, BiFunction<String, WeightSpec, DType> storedAs) {
        var whole = model.withoutDraft();
        return of(whole, all(whole), kinds(whole, storedAs));
    }

    private static SortedSet<Integer> all(ArchitectureSpec model) {
        return new TreeSet<>(IntStream.range(0, model.layers().size()).boxed().toList());
    }

    /**
     * As many layers as fit: first one of each kind, with the layers whose keys and values it borrows, then others from
     * the first on.
     *
     * @param storedAs the type of a weight, by its path in the model
     * @param cacheBytes bytes of a model's KV cache
     * @param most the most bytes of weights and KV cache together
     * @throws MeasureException if one layer of each kind does not fit
     */
    public static LayerCut fitting(
            ArchitectureSpec model,
            BiFunction<String, WeightSpec, DType> storedAs,
            ToLongFunction<ArchitectureSpec> cacheBytes,
            long most) {
        var whole = whole(model, storedAs);
        ToLongFunction<LayerCut> bytes = cut -> Math.addExact(
                TokenCost.of(cut.spec, cut.storedAs(storedAs), KvType.F32).storedBytes(),
                cacheBytes.applyAsLong(cut.spec));
        if (bytes.applyAsLong(whole) <= most) {
            return whole;
        }
        var kept = new TreeSet<>(whole.kinds);
        for (int layer : whole.kinds) {
            addOwner(whole.whole, layer, kept);
        }
        long least = bytes.applyAsLong(of(whole.whole, kept, whole.kinds));
        if (least > most) {
            throw new MeasureException(model.name() + " takes " + Numbers.bytes(least)
                    + " with embedding, head, KV cache and " + kept.size() + " of " + whole.layers.size()
                    + " layers, one of each kind, but " + Numbers.bytes(most)
                    + " of memory is allowed; expected more memory, or a smaller type");
        }
        for (int layer : whole.layers) {
            var more = new TreeSet<>(kept);
            more.add(layer);
            addOwner(whole.whole, layer, more);
            if (bytes.applyAsLong(of(whole.whole, more, whole.kinds)) <= most) {
                kept = more;
            }
        }
        return of(whole.whole, kept, whole.kinds);
    }

    /** The type of the kept layers' weights, by their paths in the cut model. */
    public BiFunction<String, WeightSpec, DType> storedAs(BiFunction<String, WeightSpec, DType> ofWhole) {
        return (path, weight) -> ofWhole.apply(pathInWhole(path), weight);
    }

    private String pathInWhole(String path) {
        if (!path.startsWith(LAYERS)) {
            return path;
        }
        int dot = path.indexOf('.', LAYERS.length());
        return LAYERS + layers.get(Integer.parseInt(path.substring(LAYERS.length(), dot))) + path.substring(dot);
    }

    private static List<Integer> kinds(ArchitectureSpec whole, BiFunction<String, WeightSpec, DType> storedAs) {
        record Kind(LayerSpec layer, List<DType> dtypes) {}
        var first = new HashMap<Kind, Integer>();
        var kinds = new ArrayList<Integer>();
        for (int i = 0; i < whole.layers().size(); i++) {
            var layer = whole.layers().get(i);
            String path = LAYERS + i + ".";
            var dtypes = layer.weights(whole.hiddenSize()).stream()
                    .map(weight -> storedAs.apply(path + weight.role(), weight))
                    .toList();
            kinds.add(first.computeIfAbsent(new Kind(withoutOwner(layer), dtypes), _ -> kinds.size()));
        }
        return kinds;
    }

    private static void addOwner(ArchitectureSpec whole, int layer, SortedSet<Integer> kept) {
        whole.layers().get(layer).attention().cache().lender().ifPresent(kept::add);
    }

    private static LayerCut of(ArchitectureSpec whole, SortedSet<Integer> layers, List<Integer> kinds) {
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
        return new LayerCut(whole, numbers, spec, kinds);
    }

    /** The layer with the new number of the layer that it borrows from. */
    private static LayerSpec borrowing(LayerSpec layer, List<Integer> numbers) {
        return layer.withAttention(layer.attention().renumbered(numbers::indexOf));
    }

    /** The layer without the number of the layer that it borrows from, which does not change what it computes. */
    private static LayerSpec withoutOwner(LayerSpec layer) {
        return layer.withAttention(layer.attention().renumbered(_ -> 0));
    }

    /**
     * The cost of all layers of the whole, where each counts as the mean of the kept ones of its kind.
     *
     * @param times the cost of each kept layer, in any unit
     */
    double ofWhole(double[] times) {
        var sums = new double[kinds.size()];
        var counts = new int[kinds.size()];
        for (int i = 0; i < times.length; i++) {
            int kind = kinds.get(layers.get(i));
            sums[kind] += times[i];
            counts[kind]++;
        }
        return kinds.stream().mapToDouble(kind -> sums[kind] / counts[kind]).sum();
    }
}
