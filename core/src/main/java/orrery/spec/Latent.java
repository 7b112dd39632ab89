package orrery.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;

/**
 * DeepSeek's multi-head latent attention (arXiv:2405.04434, section 2.1): keys and values of all heads are projected up
 * from one latent vector per token; only that and one shared RoPE key are cached. Whether the up-projections are
 * absorbed into queries and outputs is a choice of how it runs, not part of the architecture.
 *
 * @param queryHeads number of heads
 * @param queryRank width of the queries' own latent, if there is one
 * @param latentRank width of the latent of keys and values
 * @param nopeSize elements of a head's query and key without position
 * @param valueSize elements of a head's value
 * @param rope how the remaining elements of query and key are rotated
 * @param norm on both latents
 * @param scores how query-key products become weights
 * @param bias whether the down-projections and the output projection have biases; the up-projections have none
 */
public record Latent(
        int queryHeads,
        OptionalInt queryRank,
        int latentRank,
        int nopeSize,
        int valueSize,
        Position.Rope rope,
        NormSpec norm,
        Scores scores,
        boolean bias)
        implements Op.Attention {

    public Latent {
        SpecException.require(
                queryHeads > 0 && latentRank > 0 && nopeSize > 0 && valueSize > 0,
                "latent attention of " + queryHeads + " heads, latent " + latentRank + ", head " + nopeSize + ", value "
                        + valueSize + ": expected 1 or more of each");
        int widest = Math.max(rope.dimensions(), Math.max(nopeSize, valueSize));
        SpecException.product("latent attention", queryHeads, SpecException.product("a latent head", 2, widest));
        SpecException.require(
                latentRank <= Integer.MAX_VALUE - rope.dimensions(),
                "kv_lora_rank is " + latentRank + ", which is too wide");
    }

    /** Grouped-query attention with the same number of query heads, the same value size and this number of KV heads. */
    public GroupedQuery withKeyValueHeads(int keyValueHeads) {
        var heads = new Heads(queryHeads, keyValueHeads, valueSize);
        return new GroupedQuery(heads, new Position.Rope(rope.theta(), heads.size(), rope.pairing(), rope.scaling()));
    }

    /** Elements of one head's query: the NoPE and the RoPE part. */
    @Override
    public int querySize() {
        return nopeSize + rope.dimensions();
    }

    @Override
    public Position position() {
        return rope;
    }

    @Override
    public Reach reach() {
        return Reach.FULL;
    }

    /** None: its norms are on the latents. */
    @Override
    public HeadNorms norms() {
        return HeadNorms.NONE;
    }

    @Override
    public Optional<Latent> latent() {
        return Optional.of(this);
    }

    @Override
    public Latent renumbered(IntUnaryOperator numbers) {
        return this;
    }

    @Override
    public List<WeightSpec> weights(int hiddenSize) {
        int query = queryHeads * querySize();
        var weights = new ArrayList<WeightSpec>();
        if (queryRank.isPresent()) {
            weights.addAll(Op.linear("q_down", queryRank.getAsInt(), hiddenSize, bias));
            weights.addAll(norm.weights("q_norm", queryRank.getAsInt()));
            weights.add(WeightSpec.of("q_up.weight", query, queryRank.getAsInt()));
        } else {
            weights.add(WeightSpec.of("q.weight", query, hiddenSize));
        }
        weights.addAll(Op.linear("kv_down", latentRank + rope.dimensions(), hiddenSize, bias));
        weights.addAll(norm.weights("kv_norm", latentRank));
        // Per head: files store keys and values of a head side by side, or apart, or the keys transposed.
        weights.add(WeightSpec.of("k_up.weight", nopeSize, latentRank).times(queryHeads, queryHeads));
        weights.add(WeightSpec.of("v_up.weight", valueSize, latentRank).times(queryHeads, queryHeads));
        weights.addAll(Op.linear("o", hiddenSize, queryHeads * valueSize, bias));
        return weights;
    }

    @Override
    public CacheSpec cache() {
        return new CacheSpec.PerToken(1, latentRank + rope.dimensions(), 0, reach());
    }
}
