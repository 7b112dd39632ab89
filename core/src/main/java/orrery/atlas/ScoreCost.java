package orrery.atlas;

import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Position;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;

/** What the mechanisms around scores and positions come to in one model ({@link MechanismCost}). */
final class ScoreCost {
    private ScoreCost() {}

    static Reckoning temperature(ArchitectureSpec spec) {
        var tuned = scores(spec)
                .map(Scores::temperature)
                .filter(Scores.Temperature.Tuned.class::isInstance)
                .map(Scores.Temperature.Tuned.class::cast)
                .findFirst()
                .orElseThrow();
        double most = tuned.at(spec.maxPositions() - 1);
        return new Reckoning(
                "factor at the last position",
                most,
                String.format(Locale.ROOT, "%.3f", most),
                "1 + " + Numbers.plain(tuned.attentionScale()) + " ln(1 + ⌊" + Numbers.exact(spec.maxPositions())
                        + " ⁄ " + Numbers.exact(tuned.floorScale()) + "⌋)");
    }

    private static Stream<Scores> scores(ArchitectureSpec spec) {
        return spec.layers().stream().map(layer -> layer.attention().scores());
    }

    private static Stream<Position.Rope> ropes(ArchitectureSpec spec) {
        return spec.layers().stream().flatMap(layer -> layer.attention().position().rope().stream());
    }

    static Reckoning rotary(ArchitectureSpec spec) {
        var distinct = ropes(spec).map(Position.Rope::theta).distinct().toList();
        var rope = ropes(spec).findFirst().orElseThrow();
        return new Reckoning(
                "pairs that turn in each head",
                rope.dimensions() / 2.0,
                Numbers.exact(rope.dimensions() / 2),
                "base " + distinct.stream().map(Numbers::plain).collect(Collectors.joining(" and ")));
    }

    static Reckoning stretched(ArchitectureSpec spec) {
        return ropes(spec)
                .map(Position.Rope::scaling)
                .flatMap(scaling -> stretch(scaling).stream())
                .findFirst()
                .orElseThrow();
    }

    private static Optional<Reckoning> stretch(RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None _ -> Optional.empty();
            case RopeScaling.Linear(var factor) -> Optional.of(times(factor, "linear: every speed"));
            case RopeScaling.Llama3(var factor, var low, var high, var original) ->
                Optional.of(times(
                        factor,
                        "llama3: from " + Numbers.exact(original) + " positions, mixed between " + Numbers.plain(low)
                                + " and " + Numbers.plain(high) + " turns"));
            case RopeScaling.Yarn yarn ->
                Optional.of(times(
                        yarn.factor(),
                        "YaRN: from " + Numbers.exact(yarn.original()) + " positions, mixed between "
                                + Numbers.plain(yarn.betaSlow()) + " and " + Numbers.plain(yarn.betaFast())
                                + " turns"));
            case RopeScaling.Dynamic(var factor, var original) ->
                Optional.of(times(factor, "dynamic: from " + Numbers.exact(original) + " positions, by the length"));
            case RopeScaling.LongRope rule ->
                Optional.of(times(
                        Collections.max(rule.longDivisors()),
                        "longrope: a divisor for each pair, others from " + Numbers.exact(rule.original())
                                + " positions"));
            case RopeScaling.Divided(var divisors) ->
                Optional.of(times(Collections.max(divisors), "a divisor for each pair"));
        };
    }

    private static Reckoning times(double factor, String how) {
        return new Reckoning("slow pairs slowed", factor, Numbers.plain(factor) + " ×", how);
    }

    static Reckoning softCap(ArchitectureSpec spec) {
        double ofScores = scores(spec).mapToDouble(Scores::softcap).max().orElse(0);
        double ofLogits = spec.head().softcap();
        String scores = ofScores > 0 ? "scores at " + Numbers.plain(ofScores) : "";
        String logits = ofLogits > 0 ? "logits at " + Numbers.plain(ofLogits) : "";
        String how = scores + (scores.isEmpty() || logits.isEmpty() ? "" : ", ") + logits;
        double most = Math.max(ofScores, ofLogits);
        return new Reckoning("largest bound", most, Numbers.plain(most), how);
    }
}
