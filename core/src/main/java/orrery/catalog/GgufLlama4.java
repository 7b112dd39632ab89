package orrery.catalog;

import java.util.List;
import java.util.Map;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.Scores;

/**
 * Llama 4 in GGUF. Files omit what llama.cpp hard-codes: chunks of 8,192 tokens, no RoPE in every fourth layer, the
 * temperature of those layers, and norms on queries and keys, except in Maverick, which has 128 experts. If a file
 * contains such a key, it counts.
 */
final class GgufLlama4 implements GgufArchitecture {
    private static final int EXPERTS_OF_MAVERICK = 128;
    private static final int SIGMOID = 2;

    /** The tokens of a chunk, and of a step of the temperature. */
    private static final int TOKENS = 8192;

    private static final double SCALE = 0.1;
    private static final int PERIOD_WITHOUT_ROPE = 4;
    private static final String CHUNK = "attention.sliding_window";
    private static final String PERIOD = "attention.sliding_window_pattern";

    @Override
    public Map<String, String> modelTypes() {
        return Map.of("llama4_text", "llama4");
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        return GgufRow.decoder(
                GgufRow.count("feed_forward_length", "intermediate_size_mlp", GgufParts::width),
                GgufRow.count(
                        "expert_feed_forward_length",
                        "intermediate_size",
                        GgufParts.ofExperts(experts -> experts.expert().intermediateSize())),
                GgufRow.count("expert_count", "num_local_experts", GgufParts.ofExperts(Experts::count)),
                GgufRow.count("expert_used_count", "num_experts_per_tok", GgufParts.ofExperts(Experts::active)),
                GgufRow.count("interleave_moe_layer_step", "interleave_moe_layer_step", GgufLlama4::step));
    }

    /** The interval of layers with experts; if none fits, the result does not read back as the same spec. */
    private static int step(ArchitectureSpec spec) {
        return Math.max(1, GgufParts.sparse(spec).indexOf(true) + 1);
    }

    /** The interval of layers with full attention and without RoPE. */
    private static int period(ArchitectureSpec spec) {
        int full = GgufParts.locals(spec).indexOf(false);
        return (full < 0 ? spec.layers().size() : full) + 1;
    }

    @Override
    public void say(GgufSaid said) {
        var spec = said.spec();
        said.grouped();
        if (!GgufParts.locals(spec)
                .equals(GgufParts.allButEvery(PERIOD_WITHOUT_ROPE, spec.layers().size()))) {
            said.put(PERIOD, period(spec)).unusual(PERIOD, "" + PERIOD_WITHOUT_ROPE);
        }
        if (GgufParts.local(spec).isPresent() && GgufParts.reach(spec) != TOKENS) {
            said.put(CHUNK, GgufParts.reach(spec)).unusual(CHUNK, "chunks of " + TOKENS);
        }
        GgufParts.grouped(spec).stream()
                .map(layer -> layer.scores().temperature())
                .filter(Scores.Temperature.Tuned.class::isInstance)
                .map(Scores.Temperature.Tuned.class::cast)
                .findFirst()
                .filter(tuned -> tuned.floorScale() != TOKENS || tuned.attentionScale() != SCALE)
                .ifPresent(tuned -> said.put("attention.temperature_length", tuned.floorScale())
                        .put("attention.temperature_scale", tuned.attentionScale())
                        .unusual("attention.temperature_length", TOKENS + " and a scale of " + SCALE));
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.heads()
                .put("model_type", "llama4_text")
                .put("use_qk_norm", keys.integer("expert_count") != EXPERTS_OF_MAVERICK)
                .put("attn_temperature_tuning", true)
                .put("attention_chunk_size", TOKENS)
                .put("no_rope_layer_interval", PERIOD_WITHOUT_ROPE)
                .put("floor_scale", TOKENS)
                .put("attn_scale", SCALE)
                .copy(CHUNK, "attention_chunk_size")
                .copy(PERIOD, "no_rope_layer_interval")
                .copy("attention.temperature_length", "floor_scale")
                .copy("attention.temperature_scale", "attn_scale");
        GgufRope.put(keys, keys.headSize(), 10_000);
        if (keys.integer("expert_gating_func", SIGMOID) != SIGMOID) {
            throw keys.wrong("expert_gating_func", keys.integer("expert_gating_func"), "2, the sigmoid");
        }
    }

    @Override
    public boolean divides() {
        return true;
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return GgufNames.withDivisors(
                GgufNames.decoder(GgufNames.sharedExpert(GgufNames.experts(GgufNames.preNorms()))));
    }
}
