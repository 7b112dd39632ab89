package orrery.catalog;

import java.util.List;
import java.util.Map;
import orrery.spec.ArchitectureSpec;

/**
 * Gemma 2 and 3 in GGUF. The converter has added one to every norm's weight. Files omit what llama.cpp hard-codes:
 * which layers are local, the base of the local RoPE, and that the largest model of each generation scales its scores
 * by the embedding size over the number of heads instead of by the head size. If a file contains such a key, it counts.
 */
final class GgufGemma implements GgufArchitecture {
    private static final String THIRD = "gemma3";
    private static final int LAYERS_OF_SECOND_27B = 46;
    private static final int LAYERS_OF_THIRD_27B = 62;
    private static final int PERIOD = 6;
    private static final String SCALE = "attention.scale";
    static final String WINDOW = "attention.sliding_window";
    static final String PATTERN = "attention.sliding_window_pattern";

    @Override
    public Map<String, String> modelTypes() {
        return Map.of("gemma2", "gemma2", "gemma3_text", THIRD);
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        var window = GgufRow.count(WINDOW, "sliding_window", GgufParts::reach);
        return GgufRow.decoder(
                GgufRow.count("feed_forward_length", "intermediate_size", GgufParts::width),
                GgufRow.decimal(
                                "attn_logit_softcapping",
                                "attn_logit_softcapping",
                                spec -> GgufParts.grouped(spec)
                                        .getFirst()
                                        .scores()
                                        .softcap())
                        .unlessZero(),
                GgufRow.decimal(
                                "final_logit_softcapping",
                                "final_logit_softcapping",
                                spec -> spec.head().softcap())
                        .unlessZero(),
                architecture.equals(THIRD) ? window : window.unlessZero());
    }

    @Override
    public void say(GgufSaid said) {
        var spec = said.spec();
        said.grouped();
        var first = GgufParts.grouped(spec).getFirst();
        double usual = usualScalar(
                said.architecture(),
                spec.layers().size(),
                spec.hiddenSize(),
                first.heads().query(),
                first.heads().size());
        if (Math.abs(first.scores().scale() * Math.sqrt(usual) - 1) > 1e-6) {
            said.put(SCALE, first.scores().scale()).unusual(SCALE, "one over the root of " + usual);
        }
        if (said.architecture().equals(THIRD)) {
            said.localBase();
            if (!GgufParts.locals(spec)
                    .equals(GgufParts.allButEvery(PERIOD, spec.layers().size()))) {
                said.put(PATTERN, GgufParts.locals(spec))
                        .unusual(PATTERN, "a full layer after every " + (PERIOD - 1) + " with a window");
            }
        }
    }

    @Override
    public void translate(GgufKeys keys) {
        boolean third = keys.architecture().equals(THIRD);
        keys.heads().put("model_type", third ? "gemma3_text" : "gemma2").put("query_pre_attn_scalar", scalar(keys));
        if (third) {
            localLayers(keys);
            localBase(keys);
        } else if (!keys.has(WINDOW)) {
            keys.put("sliding_window", 4096);
        }
        GgufRope.put(keys, keys.headSize(), third ? 1_000_000 : 10_000);
    }

    /** Scores are divided by the square root of this. */
    private static double scalar(GgufKeys keys) {
        double scale = keys.decimal(SCALE, 0);
        return scale != 0
                ? 1 / (scale * scale)
                : usualScalar(
                        keys.architecture(),
                        keys.integer("block_count"),
                        keys.integer("embedding_length"),
                        keys.integer("attention.head_count"),
                        keys.headSize());
    }

    /** llama.cpp's default: the largest model of each generation does not use the head size. */
    private static double usualScalar(String architecture, int layers, int width, int heads, int headSize) {
        int layersOfLargest = architecture.equals(THIRD) ? LAYERS_OF_THIRD_27B : LAYERS_OF_SECOND_27B;
        return layers == layersOfLargest ? (double) width / heads : headSize;
    }

    /** Which layers have a sliding window: a period, or one flag per layer; otherwise the family's rule. */
    static void localLayers(GgufKeys keys) {
        if (keys.isList(PATTERN)) {
            keys.put(
                    "layer_types",
                    keys.flags(PATTERN).stream()
                            .map(local -> local ? LayerTypes.SLIDING : LayerTypes.FULL)
                            .toList());
        } else {
            keys.copy(PATTERN, "sliding_window_pattern");
        }
    }

    /** The base of RoPE in layers with a sliding window. */
    static void localBase(GgufKeys keys) {
        keys.put("rope_local_base_freq", 10_000).copy("rope.freq_base_swa", "rope_local_base_freq");
    }

    @Override
    public ArchitectureSpec asStored(ArchitectureSpec spec) {
        return GgufSpec.wholeGains(spec);
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return GgufNames.decoder(GgufNames.headNorms(GgufNames.postNorms(GgufNames.preNorms())));
    }
}
