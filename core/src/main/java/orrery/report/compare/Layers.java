package orrery.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.spec.LayerSpec;
import orrery.spec.Reach;

/**
 * The layers of a model, and how people name some of them: {@code every 4th layer}, {@code the last 15 of 35 layers}.
 */
final class Layers {
    private static final int LONGEST_PERIOD = 16;

    private final List<LayerSpec> kinds = new ArrayList<>();
    private final int[] kindOf;

    /** Layers are looked at once a kind, since most of a model's are equal. */
    Layers(List<LayerSpec> all) {
        kindOf = new int[all.size()];
        for (int layer = 0; layer < all.size(); layer++) {
            int kind = kinds.indexOf(all.get(layer));
            if (kind < 0) {
                kind = kinds.size();
                kinds.add(all.get(layer));
            }
            kindOf[layer] = kind;
        }
    }

    int count() {
        return kindOf.length;
    }

    /** The distinct layers, in the order in which they first occur. */
    List<LayerSpec> kinds() {
        return kinds;
    }

    /** Which of the distinct layers stands there. */
    int kindOf(int layer) {
        return kindOf[layer];
    }

    /** The indices of the layers of which something is true. */
    Set<Integer> where(Predicate<LayerSpec> property) {
        var holds = kinds.stream().map(property::test).toList();
        return IntStream.range(0, count())
                .filter(layer -> holds.get(kindOf[layer]))
                .boxed()
                .collect(Collectors.toSet());
    }

    /** Those layers by what they see, where that tells them apart, or else by where they stand. */
    String named(Set<Integer> layers) {
        return byReach(layers).orElseGet(() -> byPlace(layers));
    }

    /** {@code layers with a window}, where those layers are the ones that see no further. */
    Optional<String> byReach(Set<Integer> layers) {
        if (layers.size() == count()) {
            return Optional.empty();
        }
        if (layers.equals(where(layer -> layer.attention().reach() instanceof Reach.Full))) {
            return Optional.of("layers with full reach");
        }
        if (layers.equals(where(layer -> layer.attention().reach() instanceof Reach.Window))) {
            return Optional.of("layers with a window");
        }
        if (layers.equals(where(layer -> layer.attention().reach() instanceof Reach.Chunk))) {
            return Optional.of("layers with chunks");
        }
        return Optional.empty();
    }

    /** Those layers by where they stand. */
    String byPlace(Set<Integer> layers) {
        int some = layers.size();
        if (some == count()) {
            return "every layer";
        }
        String of = " of " + count() + " layers";
        if (isRun(layers, 0)) {
            return "the first" + (some == 1 ? "" : " " + some) + of;
        }
        if (isRun(layers, count() - some)) {
            return "the last" + (some == 1 ? "" : " " + some) + of;
        }
        for (int period = 2; period <= Math.min(LONGEST_PERIOD, count() / 2); period++) {
            if (repeats(layers, period)) {
                return periodic(
                        period,
                        IntStream.range(0, period).filter(layers::contains).count());
            }
        }
        return some + of;
    }

    private static boolean isRun(Set<Integer> layers, int from) {
        return IntStream.range(from, from + layers.size()).allMatch(layers::contains);
    }

    private boolean repeats(Set<Integer> layers, int period) {
        return IntStream.range(period, count())
                .allMatch(layer -> layers.contains(layer) == layers.contains(layer - period));
    }

    private static String periodic(int period, long some) {
        if (some > 1) {
            return some + " of every " + period + " layers";
        }
        return "every "
                + switch (period) {
                    case 2 -> "second";
                    case 3 -> "third";
                    default -> period + "th";
                }
                + " layer";
    }

    /**
     * A clause about some layers, with the verb in its number: {@code every 4th layer sees},
     * {@code the last 3 of 9 layers see}.
     */
    static String clause(String layers, String one, String several) {
        boolean single = layers.startsWith("every ")
                || layers.startsWith("the first of")
                || layers.startsWith("the last of")
                || layers.startsWith("1 of ");
        return layers + " " + (single ? one : several);
    }
}
