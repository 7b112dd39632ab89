package orrery.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One property of a model, layer by layer, of those layers that have it.
 *
 * @param layers all layers of the model
 * @param ofKinds the property of each of the distinct layers
 * @param byPlace whether layers are named by where they stand, and not by what they attend to
 */
public record Layered(Layers layers, List<Optional<FactValue>> ofKinds, boolean byPlace) {
    /** More values than this are listed in the order of the layers. */
    private static final int MOST_VALUES = 3;

    /** A property that the model has once, as if all layers had it. */
    static Layered once(Layers layers, Optional<FactValue> value) {
        return new Layered(layers, Collections.nCopies(layers.kinds().size(), value), false);
    }

    boolean isEmpty() {
        return ofKinds.stream().allMatch(Optional::isEmpty);
    }

    /** Whether no layer has anything of the kind. */
    public boolean isNone() {
        return ofKinds.stream().flatMap(Optional::stream).allMatch(FactValue::isNone);
    }

    /** The one value that all layers have which have any. */
    public Optional<FactValue> only() {
        var distinct = ofKinds.stream().flatMap(Optional::stream).collect(Collectors.toSet());
        return distinct.size() == 1 ? Optional.of(distinct.iterator().next()) : Optional.empty();
    }

    /** The number that it is, where it is one and the same in all layers. */
    public OptionalDouble number() {
        return only().map(FactValue::number).orElse(OptionalDouble.empty());
    }

    /** What is asked of each value, in the order of the layers. */
    private <V> List<V> values(Function<FactValue, V> asked) {
        var values = new ArrayList<V>();
        for (int layer = 0; layer < layers.count(); layer++) {
            ofKinds.get(layers.kindOf(layer)).map(asked).ifPresent(values::add);
        }
        return values;
    }

    /** The layers of each of the distinct answers. */
    private <V> Map<V, Set<Integer>> places(Function<FactValue, V> asked) {
        var places = new LinkedHashMap<V, Set<Integer>>();
        for (int layer = 0; layer < layers.count(); layer++) {
            int here = layer;
            ofKinds.get(layers.kindOf(layer))
                    .map(asked)
                    .ifPresent(value ->
                            places.computeIfAbsent(value, _ -> new TreeSet<>()).add(here));
        }
        return places;
    }

    /**
     * Whether both models have the same in the same order; if one has fewer layers, whether the other only goes on like
     * that. Another alternation of layers is stated for what they attend to, and not again for what follows.
     */
    public boolean agreesWith(Layered other, Function<FactValue, Object> asked) {
        return inOrderAs(other, asked)
                || (byReach(asked).isPresent() && byReach(asked).equals(other.byReach(asked)));
    }

    /** The same without looking at what the layers attend to. */
    public boolean inOrderAs(Layered other, Function<FactValue, Object> asked) {
        var mine = new LinkedHashSet<>(values(asked));
        if (!mine.equals(new LinkedHashSet<>(other.values(asked)))) {
            return false;
        }
        if (mine.size() < 2) {
            return true;
        }
        var all = values(asked);
        var others = other.values(asked);
        int shorter = Math.min(all.size(), others.size());
        return all.subList(0, shorter).equals(others.subList(0, shorter));
    }

    /** What layers of each reach have, where that is one value. */
    private Optional<Map<Class<?>, Object>> byReach(Function<FactValue, Object> asked) {
        var byReach = new LinkedHashMap<Class<?>, Object>();
        for (int kind = 0; kind < ofKinds.size(); kind++) {
            var value = ofKinds.get(kind).map(asked);
            if (value.isPresent()) {
                var reach = layers.kinds().get(kind).attention().reach().getClass();
                if (!byReach.computeIfAbsent(reach, _ -> value.get()).equals(value.get())) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(byReach);
    }

    /**
     * A key that is equal for two models with equal answers. It is a single answer if all layers agree, or one answer
     * per reach if the layers of each reach agree. Otherwise it is the answers in the order of the layers, with a value
     * that repeats to the end stated once.
     */
    public Object key(Function<FactValue, Object> asked) {
        var all = values(asked);
        if (new LinkedHashSet<>(all).size() < 2) {
            return all.isEmpty() ? "" : all.getFirst();
        }
        var reaches = byPlace ? Optional.<Map<Class<?>, Object>>empty() : byReach(asked);
        return reaches.<Object>map(answers -> {
                    var sorted = new TreeMap<String, Object>();
                    answers.forEach((reach, answer) -> sorted.put(reach.getSimpleName(), answer));
                    return sorted;
                })
                .orElseGet(() -> onwards(all));
    }

    /** The shortest beginning and period that give the list. */
    private static <V> List<List<V>> onwards(List<V> all) {
        for (int length = 1; length < all.size(); length++) {
            for (int first = 0; first < length; first++) {
                int period = length - first;
                int from = first + period;
                if (all.subList(from, all.size()).equals(all.subList(first, all.size() - period))) {
                    return List.of(all.subList(0, first), all.subList(first, from));
                }
            }
        }
        return List.of(all);
    }

    /** The mean of its numbers over the layers; 0 where there is none. */
    public double mean() {
        return values(value -> value.data().orElse(0)).stream()
                .mapToDouble(data -> data instanceof Number number ? number.doubleValue() : 0)
                .average()
                .orElse(0);
    }

    /**
     * The values in words, with the layers that have them:
     * {@code 10,000 in sliding-window layers and 1,000,000 in full-attention layers}. Where some layers have no such
     * thing, the others alone are told.
     */
    public String words() {
        var places = places(FactValue::words);
        boolean some = places.size() > 1 && places.remove("none") != null;
        if (places.size() > MOST_VALUES) {
            return inOrder(FactValue::words);
        }
        if (places.size() == 1 && !some) {
            return places.keySet().iterator().next();
        }
        var parts = new ArrayList<String>();
        places.forEach((value, where) -> parts.add(value
                + (value.contains(", ") ? ", in " : " in ")
                + named(where, parts.size(), !some && places.size() == 2)));
        return listed(parts);
    }

    private String named(Set<Integer> where, int before, boolean two) {
        if (before > 0 && two && (byPlace || layers.byReach(where).isEmpty())) {
            return "the others";
        }
        return byPlace ? layers.byPlace(where) : layers.named(where);
    }

    /** Every value in the order of the layers. */
    public String inOrder(Function<FactValue, String> asked) {
        return Folding.of(values(asked)).text(value -> "× " + value);
    }

    /** {@code a}, {@code a and b}, {@code a, b and c}. */
    public static String listed(List<String> parts) {
        if (parts.size() < 2) {
            return String.join("", parts);
        }
        return String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.getLast();
    }
}
