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

/** The text files of a model as metadata of a GGUF file: tokenizer, chat templates, stop ids, and sampling defaults. */
final class CompanionKeys {
    private static final String GENERATION = "generation_config.json";
    private static final String ENDS = "eos_token_id";

    /** Keys of generation_config.json and their GGUF names ({@code gguf-py/gguf/constants.py} of llama.cpp). */
    private static final Map<String, String> SAMPLING = Map.of(
            "temperature", "general.sampling.temp",
            "top_p", "general.sampling.top_p",
            "min_p", "general.sampling.min_p",
            "repetition_penalty", "general.sampling.penalty_repeat");

    /** The {@code top_k} that transformers uses if it samples and the file has none. */
    private static final int DEFAULT_TOP_K = 50;

    private CompanionKeys() {}

    /**
     * Adds the keys.
     *
     * @param rows of the embedding
     * @return in words, what is missing or may be read differently by other programs
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

    /** Sampling settings if {@code do_sample} is true; without it, only a penalty is worth a note. */
    private static void sampling(GgufMetadata keys, Metadata generation) {
        boolean samples = generation.flag("do_sample", false);
        boolean penalises = generation.decimal("repetition_penalty", 1) != 1;
        if (!samples && !penalises) {
            return;
        }
        // A temperature of 0 selects the most likely token.
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

    /** The stop ids of the first source that has any: generation_config.json, config.json, or its text part. */
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
