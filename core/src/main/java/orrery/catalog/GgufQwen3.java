package orrery.catalog;

import java.util.Set;
import orrery.spec.ArchitectureSpec;

/** Qwen 3 in GGUF, dense and with experts. Files do not say that the chosen experts' weights are divided by their sum; it is so in every release. */
final class GgufQwen3 implements GgufArchitecture {
    private static final String MIXTURE = "qwen3moe";
    private static final int SOFTMAX = 1;

    @Override
    public Set<String> names() {
        return Set.of("qwen3", MIXTURE);
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.decoder("layer_norm_rms_epsilon").heads();
        GgufRope.put(keys, keys.headSize(), 10_000);
        if (!keys.architecture().equals(MIXTURE)) {
            keys.put("model_type", "qwen3").require("feed_forward_length", "intermediate_size");
            return;
        }
        keys.put("model_type", "qwen3_moe")
                .require("expert_feed_forward_length", "moe_intermediate_size")
                // Every layer has experts: what a dense one would have is asked for and not used.
                .copy("expert_feed_forward_length", "intermediate_size")
                .copy("feed_forward_length", "intermediate_size")
                .require("expert_count", "num_experts")
                .require("expert_used_count", "num_experts_per_tok")
                .put("norm_topk_prob", keys.flag("expert_weights_norm", true));
        if (keys.integer("expert_gating_func", SOFTMAX) != SOFTMAX) {
            throw keys.wrong("expert_gating_func", keys.integer("expert_gating_func"), "1, the softmax");
        }
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys) {
        return GgufNames.decoder(GgufNames.experts(GgufNames.headNorms(GgufNames.preNorms())));
    }
}
