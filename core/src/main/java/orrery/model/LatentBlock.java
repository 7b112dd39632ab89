package orrery.model;

import java.util.Optional;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.Reach;
import orrery.tensor.Tensor;

/**
 * Multi-head latent attention, computed in one of two equivalent ways. Absorbed: the query is projected into the latent
 * space, and the weighted sum of latents is projected to values; so it is multi-query attention whose single key is
 * {@code [latent | RoPE]} and whose value is the key's beginning. Expanded: keys and values of all heads are projected
 * up from the latents, which pays off for a long chunk of a prompt. {@link LatentPlan} decides; the cache holds latents
 * in either case.
 */
final class LatentBlock implements Block {
    private final Latent spec;
    private final int layer;
    private final Kernels kernels;
    private final Attention attention;
    private final Optional<Compressed> compressed;
    private final Linear queryProjection;
    private final Linear latentProjection;
    private final Linear rotaryProjection;
    private final Norm latentNorm;
    private final LatentUp up;
    private final Linear outputProjection;
    private final LatentRoom room;
    private final Tensor someQueries;
    private final Tensor someValues;
    private final HeadProjection valueProjection;
    private final Tensor angles;
    private final Tensor query;
    private final Tensor latent;
    private final Tensor rotary;
    private final Tensor key;
    private final Tensor absorbed;
    private final Tensor mixed;
    private final Tensor values;

    /** The queries' own latent. */
    private record Compressed(Linear down, Norm norm, Tensor latent) {}

    LatentBlock(Latent spec, int layer, String path, BoundWeights weights, Scratch scratch, Pass pass) {
        this.spec = spec;
        this.layer = layer;
        kernels = scratch.kernels();
        int heads = spec.queryHeads();
        int rank = spec.latentRank();
        int rotarySize = spec.rope().dimensions();
        attention = new Attention(
                new Heads(heads, 1, rank + rotarySize),
                rank,
                Reach.FULL,
                (float) spec.scores().scale(),
                (float) spec.scores().softcap());
        if (spec.queryRank().isPresent()) {
            int queryRank = spec.queryRank().getAsInt();
            compressed = Optional.of(new Compressed(
                    Linear.bind(path + ".q_down", spec.bias(), weights),
                    Norm.bind(spec.norm(), path + ".q_norm", queryRank, weights),
                    scratch.buffer("query latent", queryRank)));
            queryProjection = Linear.bind(path + ".q_up", false, weights);
        } else {
            compressed = Optional.empty();
            queryProjection = Linear.bind(path + ".q", false, weights);
        }
        latentProjection = part(path, 0, rank, weights);
        rotaryProjection = part(path, rank, rotarySize, weights);
        latentNorm = Norm.bind(spec.norm(), path + ".kv_norm", rank, weights);
        up = LatentUp.bind(path, weights);
        outputProjection = Linear.bind(path + ".o", spec.bias(), weights);
        angles = pass.angles(spec.rope());
        query = scratch.buffer("query", heads * spec.querySize());
        latent = scratch.buffer("latent", rank);
        rotary = scratch.buffer("rotary key", rotarySize);
        key = scratch.buffer("key", rank + rotarySize);
        absorbed = scratch.buffer("absorbed query", heads * (rank + rotarySize));
        mixed = scratch.buffer("mixed latents", heads * rank);
        values = scratch.buffer("mixed", heads * spec.valueSize());
        room = pass.latentRoom(spec);
        someQueries = scratch.buffer("gathered queries", heads * spec.querySize());
        someValues = scratch.buffer("gathered mixtures", heads * spec.valueSize());
        valueProjection = (latents, rows) -> values(someValues, latents, rows);
    }

    /** {@code outputs} of the projection to the latent and the RoPE key. */
    private Linear part(String path, int from, int outputs, BoundWeights weights) {
        var down = weights.matrix(path + ".kv_down.weight");
        var bias = spec.bias()
                ? Optional.of(weights.vector(path + ".kv_down.bias", from, outputs))
                : Optional.<Tensor>empty();
        return new Linear(kernels, weights.weight(down.outputs(from, outputs)), bias);
    }

    @Override
    public void apply(Tensor out, Tensor x, Pass pass) {
        int rows = pass.step().rows();
        project(x, rows);
        kernels.place(key, 0, latent, rows);
        kernels.place(key, spec.latentRank(), rotary, rows);
        var plan = room.plan();
        if (plan.allAbsorbed()) {
            absorb(query, rows);
            kernels.attend(mixed, absorbed, key, key, pass.cache(), layer, attention, pass.step());
            values(values, mixed, rows);
        } else {
            kernels.storeKv(key, key, pass.cache(), layer, attention, pass.step());
            divided(plan, pass);
            if (pass.observesAttention()) {
                absorb(query, rows);
            }
        }
        pass.attention().attended(layer, attention, absorbed, values, valueProjection);
        outputProjection.apply(out, values, rows);
    }

    /** Some sequences absorbed, some expanded. */
    private void divided(LatentPlan plan, Pass pass) {
        int count = plan.absorbed().rows();
        if (count > 0) {
            kernels.gather(someQueries, query, plan.absorbedRows(), 0, count);
            absorb(someQueries, count);
            kernels.attend(mixed, absorbed, pass.cache(), layer, attention, plan.absorbed());
            values(someValues, mixed, count);
            kernels.scatter(values, someValues, plan.absorbedRows(), 0, count);
        }
        for (int segment = 0; segment < plan.segments(); segment++) {
            room.expanded().attend(values, query, up, plan, segment, pass, layer);
        }
    }

    /** Per head: projects weighted sums of latents up to values. */
    private Tensor values(Tensor out, Tensor latents, int rows) {
        kernels.matmulHeads(out, spec.valueSize(), latents, spec.latentRank(), up.latentToValue(), rows);
        return out;
    }

    /** Per head: {@code [NoPE | RoPE]} of the query becomes {@code [NoPE in latent space | RoPE]}. */
    private void absorb(Tensor queries, int rows) {
        int rotarySize = spec.rope().dimensions();
        int width = spec.latentRank() + rotarySize;
        kernels.matmulHeads(absorbed, width, queries, spec.querySize(), up.queryToLatent(), rows);
        kernels.placeHeads(
                absorbed,
                width,
                spec.latentRank(),
                queries,
                spec.querySize(),
                spec.nopeSize(),
                spec.queryHeads(),
                rotarySize,
                rows);
    }

    /**
     * Computes queries with RoPE applied, normalized latents, and the RoPE key shared by all heads, which is not
     * normalized.
     */
    private void project(Tensor x, int rows) {
        if (compressed.isPresent()) {
            var own = compressed.get();
            own.down.apply(own.latent, x, rows);
            own.norm.apply(own.latent, own.latent, rows);
            queryProjection.apply(query, own.latent, rows);
        } else {
            queryProjection.apply(query, x, rows);
        }
        var pairing = spec.rope().pairing();
        kernels.rope(query, angles, spec.querySize(), spec.nopeSize(), pairing, rows);
        latentProjection.apply(latent, x, rows);
        latentNorm.apply(latent, latent, rows);
        rotaryProjection.apply(rotary, x, rows);
        kernels.rope(rotary, angles, spec.rope().dimensions(), 0, pairing, rows);
    }
}
