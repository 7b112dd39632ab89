package orrery.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.Reach;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Multi-head latent attention, absorbed: instead of rebuilding every head's keys and values from the latents of the past, the query is taken into the
 * latents' space and the mixture of latents is taken back to values. So it is multi-query attention whose one key is {@code [latent | rotary]} and whose
 * value is the key's beginning, and the cache holds nothing else.
 */
final class LatentBlock implements Block {
    private final Latent spec;
    private final int layer;
    private final Kernels kernels;
    private final Attention attention;
    private final Optional<Compressed> compressed;
    private final Linear queryProjection;
    private final Matrix latentProjection;
    private final Matrix rotaryProjection;
    private final Norm latentNorm;
    private final List<Matrix> queryToLatent;
    private final List<Matrix> latentToValue;
    private final Linear outputProjection;
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

    LatentBlock(Latent spec, int layer, String path, Weights weights, Scratch scratch, Pass pass) {
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
                    Linear.bind(path + ".q_down", false, weights, kernels),
                    Norm.bind(spec.norm(), path + ".q_norm", queryRank, weights, kernels),
                    scratch.buffer("query latent", queryRank)));
            queryProjection = Linear.bind(path + ".q_up", false, weights, kernels);
        } else {
            compressed = Optional.empty();
            queryProjection = Linear.bind(path + ".q", false, weights, kernels);
        }
        var down = weights.matrix(path + ".kv_down.weight");
        latentProjection = down.outputs(0, rank);
        rotaryProjection = down.outputs(rank, rotarySize);
        latentNorm = Norm.bind(spec.norm(), path + ".kv_norm", rank, weights, kernels);
        var up = weights.matrix(path + ".kv_up.weight");
        int headRows = spec.plainSize() + spec.valueSize();
        var toLatent = new ArrayList<Matrix>();
        var toValue = new ArrayList<Matrix>();
        for (int h = 0; h < heads; h++) {
            toLatent.add(up.outputs(h * headRows, spec.plainSize()).transposed());
            toValue.add(up.outputs(h * headRows + spec.plainSize(), spec.valueSize()));
        }
        queryToLatent = List.copyOf(toLatent);
        latentToValue = List.copyOf(toValue);
        outputProjection = Linear.bind(path + ".o", false, weights, kernels);
        angles = pass.angles(spec.rope());
        query = scratch.buffer("query", heads * spec.querySize());
        latent = scratch.buffer("latent", rank);
        rotary = scratch.buffer("rotary key", rotarySize);
        key = scratch.buffer("key", rank + rotarySize);
        absorbed = scratch.buffer("absorbed query", heads * (rank + rotarySize));
        mixed = scratch.buffer("mixed latents", heads * rank);
        values = scratch.buffer("mixed", heads * spec.valueSize());
    }

    @Override
    public void apply(Tensor out, Tensor x, Pass pass) {
        int rows = pass.step().rows();
        project(x, rows);
        int heads = spec.queryHeads();
        int width = spec.latentRank() + spec.rope().dimensions();
        // Per head: [plain | rotary] of the query becomes [plain in the latents' space | rotary].
        kernels.matmulHeads(absorbed, width, query, spec.querySize(), queryToLatent, rows);
        kernels.placeHeads(
                absorbed,
                width,
                spec.latentRank(),
                query,
                spec.querySize(),
                spec.plainSize(),
                heads,
                spec.rope().dimensions(),
                rows);
        kernels.place(key, 0, latent, rows);
        kernels.place(key, spec.latentRank(), rotary, rows);
        kernels.attend(mixed, absorbed, key, key, pass.cache(), layer, attention, pass.step());
        kernels.matmulHeads(values, spec.valueSize(), mixed, spec.latentRank(), latentToValue, rows);
        outputProjection.apply(out, values, rows);
    }

    /** Queries with their rotary part turned, normed latents, and the one rotary key of all heads, which is not normed. */
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
        kernels.rope(query, angles, spec.querySize(), spec.plainSize(), pairing, rows);
        kernels.matmul(latent, x, latentProjection, rows);
        latentNorm.apply(latent, latent, rows);
        kernels.matmul(rotary, x, rotaryProjection, rows);
        kernels.rope(rotary, angles, spec.rope().dimensions(), 0, pairing, rows);
    }
}
