package orrery.constrain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Objects of one kind: all layers hold at once.
 *
 * @param layers what schemas say about the values of properties, by their names
 * @param required the names that must be there
 * @param least how many properties there are at least, and {@code most} at most
 * @param some names of which at least one must be there, for each of these sets
 * @param refusal why no grammar can keep the shape, if so
 */
record ObjectShape(
        List<Layer> layers,
        SequencedSet<String> required,
        int least,
        int most,
        List<Some> some,
        Optional<SchemaException> refusal) {
    /**
     * What one schema says about properties: the named ones, those whose names match patterns (all that match count),
     * and all others.
     *
     * @param named whether the layer names properties of its own, which are then in its order
     * @param wide whether it says which others there may be, so that none is left unevaluated
     * @param depth how many keywords that combine schemas are around it
     */
    record Layer(
            Map<String, Conjunction> properties,
            List<Pattern> patterns,
            Conjunction additional,
            boolean named,
            boolean wide,
            int depth) {
        Layer {
            properties = new LinkedHashMap<>(properties);
            patterns = List.copyOf(patterns);
        }

        static Layer of(String name, Conjunction value) {
            return new Layer(Map.of(name, value), List.of(), Conjunction.TRUE, false, false, 0);
        }

        private Layer unnamed() {
            return named || wide ? new Layer(properties, patterns, additional, false, false, depth) : this;
        }

        private Layer deeper() {
            return new Layer(properties, patterns, additional, named, wide, depth + 1);
        }

        /** What holds for the property of that name. */
        Conjunction of(String name, Automaton automaton) {
            var own = properties.get(name);
            var conjunction = own == null ? Conjunction.TRUE : own;
            boolean evaluated = own != null;
            byte[] utf8 = patterns.isEmpty() ? new byte[0] : Texts.utf8(name);
            for (var pattern : patterns) {
                if (automaton.matches(pattern.names, utf8)) {
                    conjunction = conjunction.and(pattern.value);
                    evaluated = true;
                }
            }
            return evaluated ? conjunction : additional;
        }
    }

    /** The properties whose names are in a set. */
    record Pattern(Regex names, Conjunction value) {}

    /** A property that must be there, by a set of names. */
    record Some(Regex names) {}

    static final ObjectShape ALL =
            new ObjectShape(List.of(), new LinkedHashSet<>(), 0, Regex.UNBOUNDED, List.of(), Optional.empty());

    ObjectShape {
        layers = List.copyOf(layers);
        some = List.copyOf(some);
    }

    static ObjectShape of(Layer layer) {
        return new ObjectShape(List.of(layer), new LinkedHashSet<>(), 0, Regex.UNBOUNDED, List.of(), Optional.empty());
    }

    static ObjectShape requiring(SequencedSet<String> names) {
        return new ObjectShape(List.of(), names, 0, Regex.UNBOUNDED, List.of(), Optional.empty());
    }

    static ObjectShape without(String name) {
        return of(Layer.of(name, Conjunction.FALSE));
    }

    static ObjectShape counting(int least, int most) {
        return new ObjectShape(List.of(), new LinkedHashSet<>(), least, most, List.of(), Optional.empty());
    }

    static ObjectShape withSome(Regex names) {
        return new ObjectShape(
                List.of(), new LinkedHashSet<>(), 0, Regex.UNBOUNDED, List.of(new Some(names)), Optional.empty());
    }

    static ObjectShape refused(SchemaException refusal) {
        return new ObjectShape(List.of(), new LinkedHashSet<>(), 0, Regex.UNBOUNDED, List.of(), Optional.of(refusal));
    }

    ObjectShape and(ObjectShape other) {
        var bothRequired = new LinkedHashSet<>(required);
        bothRequired.addAll(other.required);
        return new ObjectShape(
                Lists.joined(layers, other.layers),
                bothRequired,
                Math.max(least, other.least),
                Math.min(most, other.most),
                Lists.joined(some, other.some),
                refusal.isPresent() ? refusal : other.refusal);
    }

    /** Whether no object can be of the shape, for a reason that is seen at once. */
    boolean isEmpty() {
        if (least > most || required.size() > most) {
            return true;
        }
        for (var layer : layers) {
            for (String name : required) {
                var value = layer.properties.get(name);
                if (value != null ? value.isFalse() : layer.patterns.isEmpty() && layer.additional.isFalse()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The names that the schemas mention: first those that they list, as the document does, then what is required. */
    SequencedSet<String> names() {
        return names(layers);
    }

    /** The same names, but those of a schema before those of the schemas that it combines. */
    SequencedSet<String> ownNamesFirst() {
        return names(
                layers.stream().sorted(Comparator.comparingInt(Layer::depth)).toList());
    }

    private SequencedSet<String> names(List<Layer> ordered) {
        var names = new LinkedHashSet<String>();
        ordered.stream().filter(Layer::named).forEach(layer -> names.addAll(layer.properties.keySet()));
        names.addAll(required);
        ordered.forEach(layer -> names.addAll(layer.properties.keySet()));
        return names;
    }

    /** The shape within a keyword that combines schemas. */
    ObjectShape deeper() {
        return new ObjectShape(layers.stream().map(Layer::deeper).toList(), required, least, most, some, refusal);
    }

    /** What holds for the property of that name. */
    Conjunction of(String name, Automaton automaton) {
        var value = Conjunction.TRUE;
        for (var layer : layers) {
            value = value.and(layer.of(name, automaton));
        }
        return value;
    }

    /** The shape of a schema whose properties do not count as evaluated. */
    ObjectShape unnamed() {
        return new ObjectShape(layers.stream().map(Layer::unnamed).toList(), required, least, most, some, refusal);
    }

    /** With what holds for properties that no layer evaluates. */
    ObjectShape withUnevaluated(Conjunction value) {
        if (layers.stream().anyMatch(Layer::wide)) {
            return this;
        }
        var properties = new LinkedHashMap<String, Conjunction>();
        var patterns = new ArrayList<Pattern>();
        for (var layer : layers) {
            if (layer.named) {
                layer.properties.keySet().forEach(name -> properties.put(name, Conjunction.TRUE));
                layer.patterns.forEach(pattern -> patterns.add(new Pattern(pattern.names, Conjunction.TRUE)));
            }
        }
        return and(of(new Layer(properties, patterns, value, true, true, 0)));
    }
}
