package orrery.report.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import orrery.report.Facts;
import orrery.report.compare.Difference.Kind;
import orrery.spec.ArchitectureSpec;

/**
 * The known model that another is most like.
 *
 * <p>Of two known models the nearer is the one with fewer differences in structure; if they have equally many, the one
 * whose sizes are nearer: the sum of the logarithms of the ratios, each counted up to 1, so that a single number, such
 * as RoPE's base, does not outweigh all others. How files keep a model counts last. Among equals the first wins.
 *
 * @param known the nearest one
 * @param differences how the other model differs from it
 */
public record NearestFamily(ComparedModel known, List<Difference> differences) {
    public NearestFamily {
        differences = List.copyOf(differences);
    }

    /** The nearest of the known models; empty where none is known. */
    public static Optional<NearestFamily> of(ArchitectureSpec own, List<ComparedModel> known) {
        var facts = Facts.of(own);
        return known.stream()
                .map(one -> new NearestFamily(one, differences(one.spec(), own, facts)))
                .min(Comparator.comparingLong((NearestFamily one) -> one.count(Kind.STRUCTURE))
                        .thenComparingDouble(one -> one.distance(Kind.SIZE))
                        .thenComparingLong(one -> one.count(Kind.STORAGE)));
    }

    private static List<Difference> differences(ArchitectureSpec known, ArchitectureSpec own, Facts facts) {
        return Difference.areEqual(known, own) ? List.of() : Difference.between(known, Facts.of(known), own, facts);
    }

    private long count(Kind kind) {
        return differences.stream()
                .filter(difference -> difference.kind() == kind)
                .count();
    }

    private double distance(Kind kind) {
        return differences.stream()
                .filter(difference -> difference.kind() == kind)
                .mapToDouble(difference -> Math.min(1, difference.distance()))
                .sum();
    }

    /** {@code differs from gemma-3-4b: 30 layers instead of 34; ...}, to be put after the other model's name. */
    public String sentence() {
        if (differences.isEmpty()) {
            return "is built like " + known.name();
        }
        var sentences = differences.stream().map(Difference::sentence).toList();
        return "differs from " + known.name() + ": " + String.join("; ", sentences);
    }
}
