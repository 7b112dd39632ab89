package orrery.catalog;

import java.util.Set;
import orrery.spec.ArchitectureSpec;

/**
 * Gemma 2 and 3 in GGUF. The converter has added one to every norm's weight. Files leave out what llama.cpp takes for granted: which layers are
 * local, the base of the local RoPE, and that the largest model of each generation scales its scores by the embedding over the heads instead of by
 * the head. Where a file says it all the same, it counts.
 */
final class GgufGemma implements GgufArchitecture {
    private static final String THIRD = "gemma3";
    private static final int LAYERS_OF_SECOND_27B = 46;
    private static final int LAYERS_OF_THIRD_27B = 62;
    private static final String WINDOW = "attention.sliding_window";

    @Override
    public Set<String> names() {
        return Set.of("gemma2", THIRD);
    }

    @Override
    public void translate(GgufKeys keys) {
        boolean third = keys.architecture().equals(THIRD);
        keys.put("model_type", third ? "gemma3_text" : "gemma2")
                .decoder("layer_norm_rms_epsilon")
                .heads()
                .require("feed_forward_length", "intermediate_size")
                .copy("attn_logit_softcapping", "attn_logit_softcapping")
                .copy("final_logit_softcapping", "final_logit_softcapping")
                .put("query_pre_attn_scalar", scalar(keys, third ? LAYERS_OF_THIRD_27B : LAYERS_OF_SECOND_27B));
        if (third) {
            keys.require(WINDOW, "sliding_window");
            localLayers(keys);
            localBase(keys);
            GgufRope.put(keys, keys.headSize(), 1_000_000);
        } else {
            keys.put("sliding_window", 4096).copy(WINDOW, "sliding_window");
            GgufRope.put(keys, keys.headSize(), 10_000);
        }
    }

    /** Scores are divided by the root of this. */
    private static double scalar(GgufKeys keys, int layersOfLargest) {
        double scale = keys.decimal("attention.scale", 0);
        if (scale != 0) {
            return 1 / (scale * scale);
        }
        return keys.integer("block_count") == layersOfLargest
                ? (double) keys.integer("embedding_length") / keys.integer("attention.head_count")
                : keys.headSize();
    }

    /** Which layers have a window: a period, or one flag for each layer; else the family's rule. */
    static void localLayers(GgufKeys keys) {
        String pattern = "attention.sliding_window_pattern";
        if (keys.isList(pattern)) {
            keys.put(
                    "layer_types",
                    keys.flags(pattern).stream()
                            .map(local -> local ? LayerTypes.SLIDING : LayerTypes.FULL)
                            .toList());
        } else {
            keys.copy(pattern, "sliding_window_pattern");
        }
    }

    /** The base of RoPE in layers with a window. */
    static void localBase(GgufKeys keys) {
        keys.put("rope_local_base_freq", 10_000).copy("rope.freq_base_swa", "rope_local_base_freq");
    }

    @Override
    public ArchitectureSpec asStored(ArchitectureSpec spec, GgufKeys keys) {
        return GgufSpec.wholeGains(spec);
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys) {
        return GgufNames.decoder(GgufNames.headNorms(GgufNames.postNorms(GgufNames.preNorms())));
    }
}
