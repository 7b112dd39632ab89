package orrery.constrain;

import java.util.List;
import java.util.Optional;

/**
 * Arrays of one kind: all layers hold at once.
 *
 * @param layers what schemas say about the items, by their positions
 * @param least how many items there are at least, and {@code most} at most
 * @param some items that must be there
 * @param refusal why no grammar can keep the shape, if so
 */
record ArrayShape(List<Layer> layers, int least, int most, List<Some> some, Optional<SchemaException> refusal) {
    /**
     * What one schema says about items.
     *
     * @param prefix the items at the first positions
     * @param rest all others
     * @param evaluates whether the items count as evaluated
     * @param wide whether it says what the rest is, so that no item is left unevaluated
     */
    record Layer(List<Conjunction> prefix, Conjunction rest, boolean evaluates, boolean wide) {
        Layer {
            prefix = List.copyOf(prefix);
        }

        private Conjunction at(int position) {
            return position < prefix.size() ? prefix.get(position) : rest;
        }
    }

    /** An item that must be at position {@code from} or after it. */
    record Some(Conjunction value, int from) {}

    static final ArrayShape ALL = new ArrayShape(List.of(), 0, Regex.UNBOUNDED, List.of(), Optional.empty());

    ArrayShape {
        layers = List.copyOf(layers);
        some = List.copyOf(some);
    }

    static ArrayShape of(Layer layer) {
        return new ArrayShape(List.of(layer), 0, Regex.UNBOUNDED, List.of(), Optional.empty());
    }

    static ArrayShape counting(int least, int most) {
        return new ArrayShape(List.of(), least, most, List.of(), Optional.empty());
    }

    static ArrayShape withSome(Conjunction value, int from) {
        return new ArrayShape(List.of(), 0, Regex.UNBOUNDED, List.of(new Some(value, from)), Optional.empty());
    }

    static ArrayShape refused(SchemaException refusal) {
        return new ArrayShape(List.of(), 0, Regex.UNBOUNDED, List.of(), Optional.of(refusal));
    }

    ArrayShape and(ArrayShape other) {
        return new ArrayShape(
                Lists.joined(layers, other.layers),
                Math.max(least, other.least),
                Math.min(most, other.most),
                Lists.joined(some, other.some),
                refusal.isPresent() ? refusal : other.refusal);
    }

    /** Whether no array can be of the shape, for a reason that is seen at once. */
    boolean isEmpty() {
        if (least > most) {
            return true;
        }
        int looked = Math.min(least, prefix() + 1);
        for (int i = 0; i < looked; i++) {
            if (at(i).isFalse()) {
                return true;
            }
        }
        return false;
    }

    /** How many positions have a schema of their own. */
    int prefix() {
        return layers.stream().mapToInt(layer -> layer.prefix.size()).max().orElse(0);
    }

    /** What holds for the item at a position; from {@link #prefix} on all are the same. */
    Conjunction at(int position) {
        var value = Conjunction.TRUE;
        for (var layer : layers) {
            value = value.and(layer.at(position));
        }
        return value;
    }

    /** The shape of a schema whose items do not count as evaluated. */
    ArrayShape unnamed() {
        return new ArrayShape(
                layers.stream()
                        .map(layer -> new Layer(layer.prefix, layer.rest, false, false))
                        .toList(),
                least,
                most,
                some,
                refusal);
    }

    /** With what holds for items that no layer evaluates. */
    ArrayShape withUnevaluated(Conjunction value) {
        if (layers.stream().anyMatch(Layer::wide)) {
            return this;
        }
        int evaluated = layers.stream()
                .filter(Layer::evaluates)
                .mapToInt(layer -> layer.prefix.size())
                .max()
                .orElse(0);
        return and(of(new Layer(java.util.Collections.nCopies(evaluated, Conjunction.TRUE), value, true, true)));
    }
}
