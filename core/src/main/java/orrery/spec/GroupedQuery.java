package orrery.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Multi-head (as many KV heads as query heads), grouped-query (fewer, arXiv:2305.13245) and multi-query attention
 * (one).
 *
 * @param heads number and size of the heads
 * @param position the position encoding
 * @param reach which earlier positions a query attends to
 * @param norms norms on queries, keys and values
 * @param scores how query-key products become weights
 * @param bias whether the four projections have biases
 * @param keyValues the source of keys and values
 */
public record GroupedQuery(
        Heads heads, Position position, Reach reach, HeadNorms norms, Scores scores, boolean bias, KeyValues keyValues)
        implements Op.Attention {

    public GroupedQuery {
        if (position instanceof Position.Rope rope) {
            SpecException.require(
                    rope.dimensions() <= heads.size(),
                    "RoPE over " + rope.dimensions() + " dimensions of heads of " + heads.size());
        }
    }

    /** Full reach, scale {@code 1/sqrt(size)}, no norms, no biases, own keys and values. */
    public GroupedQuery(Heads heads, Position position) {
        this(heads, position, Reach.FULL, HeadNorms.NONE, Scores.overRootOf(heads.size()), false, KeyValues.OWN);
    }

    public GroupedQuery withPosition(Position other) {
        return new GroupedQuery(heads, other, reach, norms, scores, bias, keyValues);
    }

    public GroupedQuery withReach(Reach other) {
        return new GroupedQuery(heads, position, other, norms, scores, bias, keyValues);
    }

    public GroupedQuery withNorms(HeadNorms other) {
        return new GroupedQuery(heads, position, reach, other, scores, bias, keyValues);
    }

    public GroupedQuery withScores(Scores other) {
        return new GroupedQuery(heads, position, reach, norms, other, bias, keyValues);
    }

    public GroupedQuery withBias() {
        return new GroupedQuery(heads, position, reach, norms, scores, true, keyValues);
    }

    public GroupedQuery borrowingFrom(int layer) {
        return new GroupedQuery(heads, position, reach, norms, scores, bias, new KeyValues.Borrowed(layer));
    }

    /** Where keys and values come from. */
    public sealed interface KeyValues {
        /** Projected from the layer's input. */
        record Own() implements KeyValues {}

        /** Read from an earlier layer's cache; released files still contain unused projections (Gemma 3n). */
        record Borrowed(int layer) implements KeyValues {}

        KeyValues OWN = new Own();
    }

    @Override
    public Optional<GroupedQuery> grouped() {
        return Optional.of(this);
    }

    @Override
    public int queryHeads() {
        return heads.query();
    }

    @Override
    public int querySize() {
        return heads.size();
    }

    @Override
    public int valueSize() {
        return heads.size();
    }

    @Override
    public GroupedQuery renumbered(IntUnaryOperator numbers) {
        return switch (keyValues) {
            case KeyValues.Own _ -> this;
            case KeyValues.Borrowed(var layer) -> borrowingFrom(numbers.applyAsInt(layer));
        };
    }

    @Override
    public List<WeightSpec> weights(int hiddenSize) {
        int query = heads.query() * heads.size();
        int keyValue = heads.keyValue() * heads.size();
        boolean whole = norms.span() == HeadNorms.Span.PROJECTION;
        var keys = new ArrayList<WeightSpec>();
        keys.addAll(Op.linear("k", keyValue, hiddenSize, bias));
        keys.addAll(Op.linear("v", keyValue, hiddenSize, bias));
        keys.addAll(norms.key().weights("k_norm", whole ? keyValue : heads.size()));
        keys.addAll(norms.value().weights("v_norm", whole ? keyValue : heads.size()));
        var weights = new ArrayList<WeightSpec>();
        weights.addAll(Op.linear("q", query, hiddenSize, bias));
        weights.addAll(norms.query().weights("q_norm", whole ? query : heads.size()));
        for (var weight : keys) {
            weights.add(
                    switch (keyValues) {
                        case KeyValues.Own _ -> weight;
                        case KeyValues.Borrowed _ -> weight.unused();
                    });
        }
        weights.addAll(Op.linear("o", hiddenSize, query, bias));
        return weights;
    }

    @Override
    public CacheSpec cache() {
        return switch (keyValues) {
            case KeyValues.Own _ -> new CacheSpec.PerToken(heads.keyValue(), heads.size(), heads.size(), reach);
            case KeyValues.Borrowed(var layer) -> new CacheSpec.Borrowed(layer);
        };
    }
}
