package orrery.report;

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
public final class Layers {
    private static final int LONGEST_PERIOD = 16;

    private final List<LayerSpec> kinds = new ArrayList<>();
    private final int[] kindOf;

    /** Layers are looked at once a kind, since most of a model's are equal. */
    public Layers(List<LayerSpec> all) {
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

    public int count() {
        return kindOf.length;
    }

    /** The distinct layers, in the order in which they first occur. */
    public List<LayerSpec> kinds() {
        return kinds;
    }

    /** Which of the distinct layers stands there. */
    public int kindOf(int layer) {
        return kindOf[layer];
    }

    /** The indices of the layers that satisfy a condition. */
    public Set<Integer> where(Predicate<LayerSpec> property) {
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

    /** {@code sliding-window layers}, where those layers are the ones that see no further. */
    Optional<String> byReach(Set<Integer> layers) {
        if (layers.size() == count()) {
            return Optional.empty();
        }
        if (layers.equals(where(layer -> layer.attention().reach() instanceof Reach.Full))) {
            return Optional.of("full-attention layers");
        }
        if (layers.equals(where(layer -> layer.attention().reach() instanceof Reach.Window))) {
            return Optional.of("sliding-window layers");
        }
        if (layers.equals(where(layer -> layer.attention().reach() instanceof Reach.Chunk))) {
            return Optional.of("chunked-attention layers");
        }
        return Optional.empty();
    }

    /** Those layers by where they stand. */
    public String byPlace(Set<Integer> layers) {
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
}
