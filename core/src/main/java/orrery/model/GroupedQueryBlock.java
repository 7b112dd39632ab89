package orrery.model;

import java.util.List;
import java.util.Optional;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Position;
import orrery.spec.Scores;
import orrery.tensor.Tensor;

/** Multi-head, grouped-query and multi-query attention. */
final class GroupedQueryBlock implements Block {
    private final GroupedQuery spec;
    private final int layer;
    private final Kernels kernels;
    private final Attention attention;
    private final Projections projections;
    private final Optional<KeysAndValues> own;
    private final Linear outputProjection;
    private final Norm queryNorm;
    private final Optional<Tensor> angles;
    private final Tensor query;
    private final Tensor mixed;
    private final float[] temperatures;

    /** The norms of a layer that projects keys and values itself. */
    private record KeysAndValues(Norm keyNorm, Norm valueNorm, Tensor key, Tensor value) {}

    GroupedQueryBlock(GroupedQuery spec, int layer, String path, BoundWeights weights, Scratch scratch, Pass pass) {
        this.spec = spec;
        this.layer = layer;
        kernels = scratch.kernels();
        var heads = spec.heads();
        attention = new Attention(
                heads, heads.size(), spec.reach(), (float) spec.scores().scale(), (float)
                        spec.scores().softcap());
        var queryProjection = Linear.bind(path + ".q", spec.bias(), weights);
        outputProjection = Linear.bind(path + ".o", spec.bias(), weights);
        int queries = heads.query() * heads.size();
        int keys = heads.keyValue() * heads.size();
        boolean whole = spec.norms().span() == HeadNorms.Span.PROJECTION;
        queryNorm = Norm.bind(spec.norms().query(), path + ".q_norm", whole ? queries : heads.size(), weights);
        int keyNormSize = whole ? keys : heads.size();
        own = switch (spec.keyValues()) {
            case GroupedQuery.KeyValues.Borrowed _ -> Optional.empty();
            case GroupedQuery.KeyValues.Own _ ->
                Optional.of(new KeysAndValues(
                        Norm.bind(spec.norms().key(), path + ".k_norm", keyNormSize, weights),
                        Norm.bind(spec.norms().value(), path + ".v_norm", keyNormSize, weights),
                        scratch.buffer("key", keys),
                        scratch.buffer("value", keys)));
        };
        angles = switch (spec.position()) {
            case Position.Rope rope -> Optional.of(pass.angles(rope));
            case Position.None _ -> Optional.empty();
        };
        query = scratch.buffer("query", queries);
        projections = own.map(pair -> new Projections(
                        kernels,
                        List.of(
                                queryProjection,
                                Linear.bind(path + ".k", spec.bias(), weights),
                                Linear.bind(path + ".v", spec.bias(), weights)),
                        List.of(query, pair.key, pair.value)))
                .orElseGet(() -> new Projections(kernels, List.of(queryProjection), List.of(query)));
        mixed = scratch.buffer("mixed", queries);
        temperatures = new float[spec.scores().temperature() instanceof Scores.Temperature.Tuned ? scratch.rows() : 0];
    }

    @Override
    public void apply(Tensor out, Tensor x, Pass pass) {
        int rows = pass.step().rows();
        projections.apply(x, rows);
        place(query, queryNorm, rows);
        if (spec.scores().temperature() instanceof Scores.Temperature.Tuned tuned) {
            for (int r = 0; r < rows; r++) {
                temperatures[r] = (float) tuned.at(pass.step().positions()[r]);
            }
            kernels.scaleRows(query, temperatures, rows);
        }
        if (own.isPresent()) {
            var keys = own.get();
            place(keys.key, keys.keyNorm, rows);
            keys.valueNorm.apply(keys.value, keys.value, rows);
            kernels.attend(mixed, query, keys.key, keys.value, pass.cache(), layer, attention, pass.step());
        } else {
            kernels.attend(mixed, query, pass.cache(), layer, attention, pass.step());
        }
        pass.attention().attended(layer, attention, query, mixed, HeadProjection.NONE);
        outputProjection.apply(out, mixed, rows);
    }

    /** Applies the norm and RoPE to queries or keys, in the family's order. */
    private void place(Tensor x, Norm norm, int rows) {
        switch (spec.norms().order()) {
            case BEFORE_ROPE -> {
                norm.apply(x, x, rows);
                rotate(x, rows);
            }
            case AFTER_ROPE -> {
                rotate(x, rows);
                norm.apply(x, x, rows);
            }
        }
    }

    private void rotate(Tensor x, int rows) {
        if (angles.isPresent() && spec.position() instanceof Position.Rope rope) {
            kernels.rope(x, angles.get(), spec.heads().size(), 0, rope.pairing(), rows);
        }
    }
}
