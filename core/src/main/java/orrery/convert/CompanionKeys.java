package orrery.convert;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import orrery.format.GgufMetadata;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.format.SmallFile;
import orrery.token.GgufTokenizerKeys;
import orrery.token.Tokenizer;

/**
 * What lies beside a model's weights, as metadata of a GGUF file: the tokenizer, the chat templates, which tokens end
 * an answer, and how its authors want it sampled.
 */
final class CompanionKeys {
    private static final String GENERATION = "generation_config.json";
    private static final String ENDS = "eos_token_id";

    /** Keys of generation_config.json, and what GGUF calls them ({@code gguf-py/gguf/constants.py} of llama.cpp). */
    private static final Map<String, String> SAMPLING = Map.of(
            "temperature", "general.sampling.temp",
            "top_p", "general.sampling.top_p",
            "min_p", "general.sampling.min_p",
            "repetition_penalty", "general.sampling.penalty_repeat");

    /** What transformers takes for {@code top_k} when it samples and the file says nothing. */
    private static final int DEFAULT_TOP_K = 50;

    private CompanionKeys() {}

    /**
     * Adds the keys.
     *
     * @param rows of the embedding
     * @return in words, what is missing or may be read otherwise elsewhere
     */
    static List<String> put(GgufMetadata keys, ModelFile model, int rows) {
        var directory = model.path();
        var file = directory.resolve(GENERATION);
        var generation = SmallFile.isThere(file) ? Metadata.readJson(file) : Metadata.of(GENERATION, Map.of());
        sampling(keys, generation);
        if (!Tokenizer.isIn(directory)) {
            return List.of("there is no tokenizer, so the new file has none and cannot take text");
        }
        return GgufTokenizerKeys.put(keys, directory, rows, ends(generation, model.metadata()));
    }

    /** A file that samples says how; of one that does not, only a penalty would be worth a word. */
    private static void sampling(GgufMetadata keys, Metadata generation) {
        boolean samples = generation.flag("do_sample", false);
        boolean penalises = generation.decimal("repetition_penalty", 1) != 1;
        if (!samples && !penalises) {
            return;
        }
        // A temperature of 0 is what takes the likeliest token.
        keys.decimal("general.sampling.temp", samples ? generation.decimal("temperature", 1) : 0);
        if (samples) {
            int topK = generation.integer("top_k", DEFAULT_TOP_K);
            keys.count("general.sampling.top_k", topK == -1 ? 0 : topK); // -1 and 0 both mean no limit
        }
        SAMPLING.forEach((ours, theirs) -> {
            boolean counts = ours.equals("repetition_penalty") || (samples && !ours.equals("temperature"));
            if (counts && generation.has(ours)) {
                keys.decimal(theirs, generation.decimal(ours));
            }
        });
    }

    /** The first that names any: generation_config.json, config.json, or its text part. */
    private static SequencedSet<Integer> ends(Metadata generation, Metadata config) {
        var ends = ends(generation);
        if (ends.isEmpty()) {
            ends.addAll(ends(config));
        }
        if (ends.isEmpty() && config.isObject("text_config")) {
            ends.addAll(ends(config.requireChild("text_config")));
        }
        return ends;
    }

    private static SequencedSet<Integer> ends(Metadata file) {
        var ends = new LinkedHashSet<Integer>();
        if (file.isList(ENDS)) {
            ends.addAll(file.integers(ENDS));
        } else if (file.has(ENDS)) {
            ends.add(file.integer(ENDS));
        }
        return ends;
    }
}
