package orrery.report.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import orrery.report.Folding;
import orrery.spec.LayerSpec;

/**
 * One property of a model, layer by layer, of those layers that have it.
 *
 * @param layers all layers of the model
 * @param values by the layer's index, in order
 */
record Layered<V>(Layers layers, Map<Integer, V> values) {
    /** More kinds than this are told in the order of the layers. */
    private static final int MOST_KINDS = 3;

    static <V> Layered<V> of(Layers layers, Function<LayerSpec, Optional<V>> property) {
        var values = new LinkedHashMap<Integer, V>();
        for (int i = 0; i < layers.count(); i++) {
            int layer = i;
            property.apply(layers.all().get(i)).ifPresent(value -> values.put(layer, value));
        }
        return new Layered<>(layers, values);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** In the order in which they first occur, each with its layers. */
    Map<V, Set<Integer>> kinds() {
        var kinds = new LinkedHashMap<V, Set<Integer>>();
        values.forEach((layer, value) ->
                kinds.computeIfAbsent(value, _ -> new HashSet<>()).add(layer));
        return kinds;
    }

    /** The one value that all layers have. */
    Optional<V> only() {
        var kinds = new HashSet<>(values.values());
        return kinds.size() == 1 ? Optional.of(kinds.iterator().next()) : Optional.empty();
    }

    /** The same property seen more coarsely. */
    <W> Layered<W> as(Function<V, W> coarser) {
        var seen = new LinkedHashMap<Integer, W>();
        values.forEach((layer, value) -> seen.put(layer, coarser.apply(value)));
        return new Layered<>(layers, seen);
    }

    /** The same of those layers only where there is such a property. */
    <W> Layered<W> having(Function<V, Optional<W>> property) {
        var seen = new LinkedHashMap<Integer, W>();
        values.forEach((layer, value) -> property.apply(value).ifPresent(one -> seen.put(layer, one)));
        return new Layered<>(layers, seen);
    }

    /** Whether both models have the same values in the same order; if one has fewer layers, whether the other only goes on like that. */
    boolean agreesWith(Layered<?> other) {
        var mine = List.copyOf(values.values());
        var others = List.copyOf(other.values.values());
        int shorter = Math.min(mine.size(), others.size());
        return mine.subList(0, shorter).equals(others.subList(0, shorter))
                && new HashSet<Object>(mine).equals(new HashSet<Object>(others));
    }

    /** The values with the layers that have them: {@code 10,000 on layers with a window and 1,000,000 on layers with full reach}. */
    String text(Function<V, String> format) {
        var kinds = kinds();
        if (kinds.size() == 1) {
            return format.apply(kinds.keySet().iterator().next());
        }
        if (kinds.size() > MOST_KINDS) {
            return inOrder(format);
        }
        var parts = new ArrayList<String>();
        kinds.forEach((value, of) -> parts.add(format.apply(value) + " on " + layers.named(of)));
        return Sentences.listed(parts);
    }

    /** Every value in the order of the layers. */
    String inOrder(Function<V, String> format) {
        return Folding.of(List.copyOf(values.values())).text(value -> "× " + format.apply(value));
    }
}
