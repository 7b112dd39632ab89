package orrery.report;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import java.util.Map;
import java.util.stream.IntStream;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/** How a layer's attention encodes positions. */
final class PositionFacts {
    private PositionFacts() {}

    static void add(FactMap facts, Op.Attention op) {
        switch (op.position()) {
            case Position.None _ -> facts.put(Property.POSITION, FactValue.none("no positions (NoPE)"));
            case Position.Rope rope -> rope(facts, rope, op);
        }
    }

    private static void rope(FactMap facts, Position.Rope rope, Op.Attention op) {
        int dimensions = rope.dimensions();
        boolean whole = dimensions == op.querySize();
        String part = whole ? "the whole head" : Numbers.exact(dimensions) + " of " + Numbers.exact(op.querySize());
        String base = Numbers.plain(rope.theta());
        facts.form(Property.POSITION, "rope", "RoPE", "RoPE, base " + base + (whole ? "" : ", on " + part));
        facts.number(Property.ROPE_BASE, rope.theta());
        // Latent attention has a size of its own for what is rotated.
        boolean told = facts.get(Property.ROPE_SIZE).isPresent();
        var rotated = FactValue.of(whole ? "whole" : "part", dimensions, part, "");
        facts.put(Property.ROTATED, rotated.like(told || whole ? "told" : dimensions));
        facts.form(Property.ROPE_PAIRS, lower(rope.pairing()), Words.pairing(rope.pairing()), "");
        var scaling = rope.scaling();
        if (scaling.equals(RopeScaling.NONE)) {
            facts.none(Property.ROPE_SCALING);
        } else {
            String kind = scaling.getClass().getSimpleName();
            String brief = "RoPE scaling: " + Words.briefly(scaling);
            var value = FactValue.of(kind, data(scaling), Words.scaling(scaling), brief);
            facts.put(Property.ROPE_SCALING, value.like(scaling).computing(computed(rope)));
        }
    }

    /** What files say as a rule or as the divisors that it amounts to is the same where its frequencies are. */
    private static Object computed(Position.Rope rope) {
        return switch (rope.scaling()) {
            case RopeScaling.Llama3 _, RopeScaling.Divided _ -> new Frequencies(rope.frequencies());
            case RopeScaling.None _, RopeScaling.Linear _, RopeScaling.Dynamic _ -> rope.scaling();
            case RopeScaling.LongRope _, RopeScaling.Yarn _ -> rope.scaling();
        };
    }

    /** Equal where the numbers are but for what a file rounds. */
    private record Frequencies(float[] numbers) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Frequencies(var theirs)
                    && theirs.length == numbers.length
                    && IntStream.range(0, numbers.length)
                            .allMatch(i -> Math.abs(numbers[i] - theirs[i]) <= 1e-5f * numbers[i]);
        }

        @Override
        public int hashCode() {
            return numbers.length;
        }
    }

    /** With the names that Hugging Face gives them. */
    private static Map<String, Object> data(RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None _ -> map("kind", "none");
            case RopeScaling.Linear(var factor) -> map("kind", "linear", "factor", factor);
            case RopeScaling.Llama3(var factor, var low, var high, var original) ->
                map(
                        "kind", "llama3",
                        "factor", factor,
                        "low_freq_factor", low,
                        "high_freq_factor", high,
                        "original_max_position_embeddings", original);
            case RopeScaling.Divided(var divisors) -> {
                var each = divisors.stream().map(Float::doubleValue).toList();
                yield map("kind", "divided", "divisors", each);
            }
            case RopeScaling.Dynamic(var factor, var original) ->
                map("kind", "dynamic", "factor", factor, "original_max_position_embeddings", original);
            case RopeScaling.LongRope rule ->
                map(
                        "kind", "longrope",
                        "short_factor", rule.shortDivisors(),
                        "long_factor", rule.longDivisors(),
                        "original_max_position_embeddings", rule.original(),
                        "attention_factor", rule.attentionFactor());
            case RopeScaling.Yarn yarn ->
                map(
                        "kind", "yarn",
                        "factor", yarn.factor(),
                        "original_max_position_embeddings", yarn.original(),
                        "beta_fast", yarn.betaFast(),
                        "beta_slow", yarn.betaSlow(),
                        "attention_factor", yarn.attentionFactor(),
                        "truncate", yarn.truncate());
        };
    }
}
