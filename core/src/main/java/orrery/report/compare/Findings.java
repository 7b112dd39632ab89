package orrery.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.spec.LayerSpec;

/** Gathers how one model's layers, and then the model, differ from another's. */
final class Findings {
    private final Layers from;
    private final Layers to;
    private final List<StructuralDifference> all = new ArrayList<>();

    Findings(Layers from, Layers to) {
        this.from = from;
        this.to = to;
    }

    List<StructuralDifference> all() {
        return List.copyOf(all);
    }

    void structure(Topic topic, String sentence) {
        all.add(new StructuralDifference(StructuralDifference.Kind.STRUCTURE, topic, sentence, 1));
    }

    void add(StructuralDifference.Kind kind, Topic topic, String sentence, double distance) {
        all.add(new StructuralDifference(kind, topic, sentence, distance));
    }

    /** A property of the layers of both models. */
    <V> Two<V> property(Function<LayerSpec, Optional<V>> property) {
        return new Two<>(Layered.of(from, property), Layered.of(to, property));
    }

    /** A property that models have once. */
    <V> Two<V> once(Optional<V> before, Optional<V> now) {
        return new Two<>(Layered.once(from, before), Layered.once(to, now));
    }

    /** A property that every layer has. */
    <V> Two<V> everywhere(Function<LayerSpec, V> property) {
        return property(layer -> Optional.of(property.apply(layer)));
    }

    /**
     * The same property of both models.
     *
     * @param from of the one that the other is compared with
     * @param to of the other
     */
    record Two<V>(Layered<V> from, Layered<V> to) {
        /**
         * Whether there is nothing to tell; that layers of another reach alternate otherwise is told of their reach.
         */
        boolean agree() {
            return agreeInOrder()
                    || (from.byReach().isPresent() && from.byReach().equals(to.byReach()));
        }

        boolean agreeInOrder() {
            return from.isEmpty() || to.isEmpty() || from.agreesWith(to);
        }

        <W> Two<W> as(Function<V, W> coarser) {
            return new Two<>(from.as(coarser), to.as(coarser));
        }

        /** Both in words; in more and more detail until the words differ. */
        String told(Function<V, String> format, BiFunction<String, String, String> sentence) {
            if (!to.text(format).equals(from.text(format))) {
                return sentence.apply(to.text(format), from.text(format));
            }
            if (!to.inOrder(format).equals(from.inOrder(format))) {
                return sentence.apply(to.inOrder(format), from.inOrder(format));
            }
            return sentence.apply(to.inOrder(String::valueOf), from.inOrder(String::valueOf));
        }
    }

    /** Something that is built otherwise; the sentence is made of the second model's words and the first one's. */
    <V> void structure(
            Topic topic, Two<V> two, Function<V, String> format, BiFunction<String, String, String> sentence) {
        if (!two.agree()) {
            structure(topic, two.told(format, sentence));
        }
    }

    /** A number of layers. */
    <N extends Number> void size(
            Topic topic, Function<LayerSpec, Optional<N>> number, BiFunction<String, String, String> sentence) {
        var two = property(number);
        if (!two.agree()) {
            add(
                    StructuralDifference.Kind.SIZE,
                    topic,
                    two.told(one -> Numbers.plain(one.doubleValue()), sentence),
                    distance(two));
        }
    }

    /** A number of the whole model. */
    void size(Topic topic, double one, double other, BiFunction<String, String, String> sentence) {
        if (one != other) {
            String a = Numbers.plain(one);
            String b = Numbers.plain(other);
            boolean same = a.equals(b);
            add(
                    StructuralDifference.Kind.SIZE,
                    topic,
                    sentence.apply(same ? Double.toString(other) : b, same ? Double.toString(one) : a),
                    ratio(one, other));
        }
    }

    private static double distance(Two<? extends Number> two) {
        return ratio(mean(two.from()), mean(two.to()));
    }

    private static double mean(Layered<? extends Number> numbers) {
        return numbers.values().stream()
                .mapToDouble(Number::doubleValue)
                .average()
                .orElse(0);
    }

    /** The logarithm of the ratio of two numbers, without its sign; never 0, since the two are not the same. */
    private static double ratio(double one, double other) {
        double ratio = Math.abs(Math.log(other / one));
        return Double.isFinite(ratio) && ratio > 0 ? ratio : 1;
    }
}
