package orrery.catalog;

import java.util.Set;
import orrery.spec.ArchitectureSpec;

/**
 * Llama 4 in GGUF. Files leave out what llama.cpp takes for granted: chunks of 8,192 tokens, no RoPE in every fourth layer, the temperature of
 * those layers, and that all but Maverick, which has 128 experts, norm queries and keys. Where a file says it all the same, it counts.
 */
final class GgufLlama4 implements GgufArchitecture {
    private static final int EXPERTS_OF_MAVERICK = 128;
    private static final int SIGMOID = 2;
    private static final String CHUNK = "attention.sliding_window";
    private static final String PERIOD = "attention.sliding_window_pattern";

    @Override
    public Set<String> names() {
        return Set.of("llama4");
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.put("model_type", "llama4_text")
                .decoder("layer_norm_rms_epsilon")
                .heads()
                .require("feed_forward_length", "intermediate_size_mlp")
                .require("expert_feed_forward_length", "intermediate_size")
                .require("expert_count", "num_local_experts")
                .require("expert_used_count", "num_experts_per_tok")
                .require("interleave_moe_layer_step", "interleave_moe_layer_step")
                .put("use_qk_norm", keys.integer("expert_count") != EXPERTS_OF_MAVERICK)
                .put("attn_temperature_tuning", true)
                .put("attention_chunk_size", 8192)
                .put("no_rope_layer_interval", 4)
                .put("floor_scale", 8192)
                .put("attn_scale", 0.1)
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
    public ArchitectureSpec asStored(ArchitectureSpec spec, GgufKeys keys) {
        return GgufRope.divided(keys, keys.headSize())
                .map(divided -> GgufSpec.scaled(spec, divided))
                .orElse(spec);
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys) {
        return GgufNames.withDivisors(
                GgufNames.decoder(GgufNames.sharedExpert(GgufNames.experts(GgufNames.preNorms()))));
    }
}
