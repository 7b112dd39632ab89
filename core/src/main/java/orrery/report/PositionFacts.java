package orrery.report;

import static orrery.report.CardData.map;

import java.util.Map;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/** How a layer's attention is told where a token stands. */
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
        facts.put(
                Property.POSITION,
                FactValue.form("rope", "RoPE", "RoPE, base " + base + (whole ? "" : ", on " + part)));
        facts.number(Property.ROPE_BASE, rope.theta());
        // Latent attention has a size of its own for what is rotated.
        boolean told = facts.get(Property.ROPE_SIZE).isPresent();
        facts.put(
                Property.ROTATED,
                FactValue.of(whole ? "whole" : "part", dimensions, part, "").like(told || whole ? "told" : dimensions));
        facts.put(
                Property.ROPE_PAIRS,
                FactValue.form(AttentionFacts.lower(rope.pairing()), Words.pairing(rope.pairing()), ""));
        var scaling = rope.scaling();
        String name = Words.briefly(scaling);
        facts.put(
                Property.ROPE_SCALING,
                scaling.equals(RopeScaling.NONE)
                        ? FactValue.none()
                        : FactValue.of(
                                        scaling.getClass().getSimpleName(),
                                        data(scaling),
                                        Words.scaling(scaling),
                                        "RoPE scaling: " + name)
                                .like(scaling));
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
            case RopeScaling.Divided(var divisors) ->
                map(
                        "kind",
                        "divided",
                        "divisors",
                        divisors.stream().map(Float::doubleValue).toList());
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
