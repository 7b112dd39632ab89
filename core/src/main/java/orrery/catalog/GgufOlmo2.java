package orrery.catalog;

import java.util.List;
import java.util.Map;
import orrery.spec.ArchitectureSpec;

/** OLMo 2 in GGUF. OLMo 3 has the same name, with a sliding window in three of four layers; it is not supported. */
final class GgufOlmo2 implements GgufArchitecture {
    @Override
    public Map<String, String> modelTypes() {
        return Map.of("olmo2", "olmo2");
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        return GgufRow.decoder(GgufRow.count("feed_forward_length", "intermediate_size", GgufParts::width));
    }

    @Override
    public void say(GgufSaid said) {
        said.grouped();
    }

    @Override
    public void translate(GgufKeys keys) {
        String window = "attention.sliding_window";
        if (keys.has(window)) {
            throw keys.wrong(window, keys.integer(window), "none: with a window this is OLMo 3, which is not known");
        }
        keys.put("model_type", "olmo2").heads();
        GgufRope.put(keys, keys.headSize(), 10_000);
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return GgufNames.decoder(GgufNames.headNorms(GgufNames.postNorms(new TensorNames.Table())));
    }
}
