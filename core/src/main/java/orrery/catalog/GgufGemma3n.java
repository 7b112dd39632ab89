package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orrery.catalog.TensorNames.Copies;
import orrery.catalog.TensorNames.Table;
import orrery.spec.ArchitectureSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.LayerSpec;
import orrery.spec.SpecException;
import orrery.spec.Streams;
import orrery.tensor.Matrix.Layout;

/**
 * Gemma 3n in GGUF. Its norms are stored unchanged, sparsities as the corresponding quantiles, and the rank of LAuReL
 * only as a shape.
 */
final class GgufGemma3n implements GgufArchitecture {
    private static final String PER_LAYER = "per_layer_token_embd.weight";
    private static final String SPARSITY = "activation_sparsity_scale";

    /** The precision of a share near 1 that is stored as a float: one step of the quantile changes it by about 1e-8. */
    private static final double DIGITS = 1e7;

    /** Enough iterations for every share below 1 - 1e-7. */
    private static final int NEWTON = 60;

    @Override
    public Map<String, String> modelTypes() {
        return Map.of("gemma3n_text", "gemma3n");
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        return GgufRow.decoder(
                GgufRow.counts(
                        "feed_forward_length",
                        "intermediate_size",
                        spec -> GgufParts.dense(spec).stream()
                                .map(FeedForward::intermediateSize)
                                .toList()),
                GgufRow.count(GgufGemma.WINDOW, "sliding_window", GgufParts::reach),
                GgufRow.count(
                        "attention.shared_kv_layers",
                        "num_kv_shared_layers",
                        spec -> (int) GgufParts.grouped(spec).stream()
                                .filter(layer -> layer.keyValues() instanceof GroupedQuery.KeyValues.Borrowed)
                                .count()),
                GgufRow.count(
                        "altup.active_idx",
                        "altup_active_idx",
                        spec -> streams(spec).active()),
                GgufRow.count(
                        "altup.num_inputs",
                        "altup_num_inputs",
                        spec -> streams(spec).count()),
                GgufRow.count(
                        "embedding_length_per_layer_input",
                        "hidden_size_per_layer_input",
                        spec -> altUp(spec).input().size()),
                GgufRow.decimal(
                                "final_logit_softcapping",
                                "final_logit_softcapping",
                                spec -> spec.head().softcap())
                        .unlessZero());
    }

    private static Streams.Parallel streams(ArchitectureSpec spec) {
        return altUp(spec).streams();
    }

    private static LayerSpec.AltUp altUp(ArchitectureSpec spec) {
        return switch (spec.layers().getFirst()) {
            case LayerSpec.AltUp layer -> layer;
            case LayerSpec.Residual _ ->
                throw new SpecException(spec.name() + " has one residual stream, expected several");
        };
    }

    @Override
    public void say(GgufSaid said) {
        var spec = said.spec();
        said.grouped().localBase().put(GgufGemma.PATTERN, GgufParts.locals(spec));
        said.put(
                SPARSITY,
                GgufParts.dense(spec).stream()
                        .map(one -> one.sparsity() == 0 ? Float.NEGATIVE_INFINITY : (float) deviations(one.sparsity()))
                        .toList());
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.heads()
                .put("model_type", "gemma3n_text")
                .put("vocab_size_per_layer_input", keys.rows(PER_LAYER))
                .put("laurel_rank", keys.rows("blk.0.laurel_l.weight"))
                .put("activation_sparsity_pattern", sparsities(keys));
        GgufGemma.localLayers(keys);
        GgufGemma.localBase(keys);
        GgufRope.put(keys, keys.headSize(), 1_000_000);
    }

    /**
     * The share of activations that each layer sets to zero, from the threshold in standard deviations above the mean;
     * minus infinity means none.
     */
    private static List<Double> sparsities(GgufKeys keys) {
        var shares = new ArrayList<Double>();
        for (float deviations : keys.floats(SPARSITY)) {
            if (Float.isNaN(deviations) || deviations > 8) {
                throw keys.wrong(SPARSITY, deviations, "at most 8");
            }
            shares.add(Math.rint(shareBelow(deviations) * DIGITS) / DIGITS);
        }
        return shares;
    }

    /**
     * The quantile of a share of the standard normal distribution, by Newton's method, which never overshoots if it
     * starts at zero.
     */
    private static double deviations(double share) {
        double x = 0;
        for (int i = 0; i < NEWTON; i++) {
            x += (share - shareBelow(x)) * Math.sqrt(2 * Math.PI) * Math.exp(x * x / 2);
        }
        return x;
    }

    /**
     * The standard normal distribution function: one half, plus the density times {@code x + x^3/3 + x^5/(3*5) + ...}.
     */
    private static double shareBelow(double x) {
        if (x < -8) {
            return 0;
        }
        double term = x;
        double sum = x;
        for (int n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
            term *= x * x / n;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        var layer = GgufNames.headNorms(GgufNames.postNorms(GgufNames.preNorms()))
                .put("altup.scale", "altup_correct_scale.weight")
                .linear("altup.correct", "altup_correct_coef")
                .linear("altup.predict", "altup_predict_coef")
                .linear("altup.router", "altup_router")
                .linear("altup.norm", "altup_router_norm")
                .linear("laurel.left", "laurel_l")
                .linear("laurel.right", "laurel_r")
                .linear("laurel.norm", "laurel_post_norm")
                .linear("input.gate", "inp_gate")
                .linear("input.up", "proj")
                .linear("input.norm", "post_norm");
        return GgufNames.decoder(layer)
                .withTop(new Table()
                        .sideBySide("embedding.per_layer.tokens", PER_LAYER, Copies.INPUTS)
                        .sideBySide("embedding.per_layer.projection", "per_layer_model_proj.weight", Copies.OUTPUTS)
                        .linear("embedding.per_layer.norm", "per_layer_proj_norm")
                        .put("streams.spread", GgufNames.stacked("altup_proj", Layout.OUT_IN, 0, 1))
                        .put("streams.gather", GgufNames.stacked("altup_unembd_proj", Layout.OUT_IN, 0, 1)));
    }
}
