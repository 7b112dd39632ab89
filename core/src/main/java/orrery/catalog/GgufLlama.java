package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;
import orrery.spec.ArchitectureSpec;

/**
 * Llama and Mistral in GGUF. The converter reorders the rows of queries and keys so that RoPE's pairs are interleaved,
 * and writes Llama 3.1's scaling as one divisor per pair. Mistral 7B is a {@code llama}; if such a file has a sliding
 * window, it is the model's, although llama.cpp ignores it.
 */
final class GgufLlama implements GgufArchitecture {
    private static final String MISTRAL = "mistral3";
    private static final String WINDOW = "attention.sliding_window";

    @Override
    public Map<String, String> modelTypes() {
        return Map.of("llama", "llama", "mistral", "llama");
    }

    @Override
    public Set<String> names() {
        return Set.of("llama", MISTRAL);
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        return GgufRow.decoder(GgufRow.count("feed_forward_length", "intermediate_size", GgufParts::width));
    }

    @Override
    public void say(GgufSaid said) {
        said.grouped();
        if (GgufParts.local(said.spec()).isPresent()) {
            said.put(WINDOW, GgufParts.reach(said.spec())).unusual(WINDOW, "full attention");
        }
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.heads();
        GgufRope.put(keys, keys.headSize(), 10_000);
        boolean window = keys.integer(WINDOW, 0) > 0;
        if (window || keys.architecture().equals(MISTRAL)) {
            keys.put("model_type", "mistral").put("sliding_window", null);
            if (window) {
                keys.copy(WINDOW, "sliding_window");
            }
        } else {
            keys.put("model_type", "llama")
                    .put("attention_bias", keys.holds("blk.0.attn_q.bias"))
                    .put("mlp_bias", keys.holds("blk.0.ffn_up.bias"));
        }
    }

    @Override
    public ArchitectureSpec asStored(ArchitectureSpec spec) {
        return GgufSpec.interleaved(spec);
    }

    @Override
    public boolean divides() {
        return true;
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return GgufNames.withDivisors(GgufNames.decoder(GgufNames.preNorms()));
    }
}
