package orrery.catalog;

import java.util.List;
import java.util.Map;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;

/**
 * Qwen 3 in GGUF, dense and with experts. Files do not store that the chosen experts' weights are divided by their sum;
 * every release does so.
 */
final class GgufQwen3 implements GgufArchitecture {
    private static final String MIXTURE = "qwen3moe";
    private static final String NORMALISED = "expert_weights_norm";
    private static final int SOFTMAX = 1;

    @Override
    public Map<String, String> modelTypes() {
        return Map.of("qwen3", "qwen3", "qwen3_moe", MIXTURE);
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        var width = GgufRow.count("feed_forward_length", "intermediate_size", GgufParts::width);
        return !architecture.equals(MIXTURE)
                ? GgufRow.decoder(width)
                : GgufRow.decoder(
                        GgufRow.count(
                                "expert_feed_forward_length",
                                "moe_intermediate_size",
                                GgufParts.ofExperts(experts -> experts.expert().intermediateSize())),
                        GgufRow.count("expert_count", "num_experts", GgufParts.ofExperts(Experts::count)),
                        GgufRow.count("expert_used_count", "num_experts_per_tok", GgufParts.ofExperts(Experts::active)),
                        // Every layer has experts: a dense layer's width is required but not used.
                        width.unlessZero());
    }

    @Override
    public void say(GgufSaid said) {
        said.grouped();
        GgufParts.experts(said.spec())
                .filter(experts -> !experts.router().normalised())
                .ifPresent(_ -> said.put(NORMALISED, false)
                        .unusual(NORMALISED, "that the weights of the chosen experts are divided by their sum"));
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.heads();
        GgufRope.put(keys, keys.headSize(), 10_000);
        if (!keys.architecture().equals(MIXTURE)) {
            keys.put("model_type", "qwen3");
            return;
        }
        if (!keys.has("feed_forward_length")) {
            keys.copy("expert_feed_forward_length", "intermediate_size");
        }
        keys.put("model_type", "qwen3_moe").put("norm_topk_prob", keys.flag(NORMALISED, true));
        if (keys.integer("expert_gating_func", SOFTMAX) != SOFTMAX) {
            throw keys.wrong("expert_gating_func", keys.integer("expert_gating_func"), "1, the softmax");
        }
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return GgufNames.decoder(GgufNames.experts(GgufNames.headNorms(GgufNames.preNorms())));
    }
}
