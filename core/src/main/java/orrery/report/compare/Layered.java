package orrery.report.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import orrery.report.Folding;
import orrery.spec.LayerSpec;

/**
 * One property of a model, layer by layer, of those layers that have it.
 *
 * @param layers all layers of the model
 * @param ofKinds the property of each of the distinct layers
 */
record Layered<V>(Layers layers, List<Optional<V>> ofKinds) {
    /** More values than this are told in the order of the layers. */
    private static final int MOST_VALUES = 3;

    static <V> Layered<V> of(Layers layers, Function<LayerSpec, Optional<V>> property) {
        return new Layered<>(layers, layers.kinds().stream().map(property).toList());
    }

    /** A property that the model has once, as if all layers had it. */
    static <V> Layered<V> once(Layers layers, Optional<V> value) {
        return new Layered<>(layers, Collections.nCopies(layers.kinds().size(), value));
    }

    boolean isEmpty() {
        return ofKinds.stream().allMatch(Optional::isEmpty);
    }

    /** Whether any layer has that value. */
    boolean has(V value) {
        return ofKinds.contains(Optional.of(value));
    }

    /** The distinct values, in the order in which they first occur. */
    Set<V> distinct() {
        var distinct = new LinkedHashSet<V>();
        ofKinds.forEach(value -> value.ifPresent(distinct::add));
        return distinct;
    }

    /** The one value that all layers have which have any. */
    Optional<V> only() {
        var distinct = distinct();
        return distinct.size() == 1 ? Optional.of(distinct.iterator().next()) : Optional.empty();
    }

    /** The values in the order of the layers. */
    List<V> values() {
        var values = new ArrayList<V>();
        for (int layer = 0; layer < layers.count(); layer++) {
            ofKinds.get(layers.kindOf(layer)).ifPresent(values::add);
        }
        return values;
    }

    /** The distinct values, each with its layers. */
    Map<V, Set<Integer>> places() {
        var places = new LinkedHashMap<V, Set<Integer>>();
        for (int layer = 0; layer < layers.count(); layer++) {
            int here = layer;
            ofKinds.get(layers.kindOf(layer))
                    .ifPresent(value ->
                            places.computeIfAbsent(value, _ -> new TreeSet<>()).add(here));
        }
        return places;
    }

    /** The same property seen more coarsely. */
    <W> Layered<W> as(Function<V, W> coarser) {
        return having(value -> Optional.of(coarser.apply(value)));
    }

    /** The same of those layers only where there is such a property. */
    <W> Layered<W> having(Function<V, Optional<W>> property) {
        return new Layered<>(
                layers, ofKinds.stream().map(value -> value.flatMap(property)).toList());
    }

    /**
     * Whether both models have the same values in the same order; if one has fewer layers, whether the other only goes
     * on like that.
     */
    boolean agreesWith(Layered<V> other) {
        var mine = distinct();
        if (!mine.equals(other.distinct())) {
            return false;
        }
        if (mine.size() < 2) {
            return true;
        }
        var all = values();
        var others = other.values();
        int shorter = Math.min(all.size(), others.size());
        return all.subList(0, shorter).equals(others.subList(0, shorter));
    }

    /**
     * What layers of each reach have, where that is one value: then how the layers alternate is how their reach does.
     */
    Optional<Map<Class<?>, V>> byReach() {
        var byReach = new LinkedHashMap<Class<?>, V>();
        for (int kind = 0; kind < ofKinds.size(); kind++) {
            if (ofKinds.get(kind).isPresent()) {
                var value = ofKinds.get(kind).get();
                var reach = layers.kinds().get(kind).attention().reach().getClass();
                if (!byReach.computeIfAbsent(reach, _ -> value).equals(value)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(byReach);
    }

    /**
     * The values with the layers that have them:
     * {@code 10,000 on layers with a window and 1,000,000 on those with full reach}. Where some layers have a value
     * without words, the others alone are told.
     */
    String text(Function<V, String> format) {
        var places = as(format).places();
        if (places.size() > 1) {
            places.remove("");
        }
        if (places.size() > MOST_VALUES) {
            return inOrder(format);
        }
        boolean all = places.values().stream().mapToInt(Set::size).sum() == values().size();
        if (places.size() == 1 && all) {
            return places.keySet().iterator().next();
        }
        var parts = new ArrayList<String>();
        places.forEach((value, where) -> parts.add(value
                + (value.contains(", ") ? ", on " : " on ")
                + named(where, parts.size(), all && places.size() == 2)));
        return Sentences.listed(parts);
    }

    private String named(Set<Integer> where, int before, boolean two) {
        String name = layers.named(where);
        if (before == 0) {
            return name;
        }
        boolean byReach = layers.byReach(where).isPresent();
        return byReach ? name.replaceFirst("^layers", "those") : two ? "the others" : name;
    }

    /** Every value in the order of the layers. */
    String inOrder(Function<V, String> format) {
        return Folding.of(values()).text(value -> "× " + format.apply(value));
    }
}
