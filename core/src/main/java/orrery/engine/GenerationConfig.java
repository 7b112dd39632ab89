package orrery.engine;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import orrery.format.Metadata;
import orrery.format.ModelFile;
import orrery.format.SmallFile;
import orrery.token.StopTokens;

/**
 * The authors' sampling defaults: {@code generation_config.json}, or the metadata of a GGUF file.
 *
 * @param sampling greedy unless {@code do_sample} is true
 * @param stopIds the {@code eos_token_id}s; empty if the file names none
 */
public record GenerationConfig(Sampling sampling, SortedSet<Integer> stopIds) {
    private static final String FILE = "generation_config.json";

    /** The {@code top_k} that transformers uses if it samples and the file has none (GenerationConfig, version 4). */
    private static final int DEFAULT_TOP_K = 50;

    /** The GGUF keys of generation_config.json's fields. Source: {@code gguf-py/gguf/constants.py} of llama.cpp. */
    private static final Map<String, String> SAMPLING_KEYS = Map.of(
            "temperature", "general.sampling.temp",
            "top_k", "general.sampling.top_k",
            "top_p", "general.sampling.top_p",
            "min_p", "general.sampling.min_p",
            "repetition_penalty", "general.sampling.penalty_repeat");

    public GenerationConfig {
        stopIds = Collections.unmodifiableSortedSet(new TreeSet<>(stopIds));
    }

    /**
     * Reads the file of a model directory, or the metadata of a GGUF model as {@link #ofGguf} does; greedy, without
     * stop ids, if there is no file. Unknown keys are ignored: they configure parts of transformers that do not exist
     * here.
     *
     * @throws orrery.OrreryException if the file cannot be read, or a value has the wrong type or is out of range
     */
    public static GenerationConfig read(Path model) {
        if (ModelFile.isGguf(model)) {
            return ofGguf(ModelFile.readMetadata(model));
        }
        var file = model.resolve(FILE);
        return of(SmallFile.isThere(file) ? Metadata.readJson(file) : Metadata.of(FILE, Map.of()));
    }

    /**
     * Reads a GGUF file's metadata: the stop ids of its vocabulary, and {@code general.sampling.*}, which llama.cpp's
     * converter copies from generation_config.json; greedy if it has none of these.
     *
     * @throws orrery.OrreryException if a value has the wrong type or is out of range
     */
    public static GenerationConfig ofGguf(Metadata gguf) {
        var values = new LinkedHashMap<String, Object>();
        SAMPLING_KEYS.forEach((ours, key) -> {
            if (gguf.has(key)) {
                values.put(ours, ours.equals("top_k") ? gguf.integer(key) : gguf.decimal(key));
            }
        });
        values.put("do_sample", !values.isEmpty());
        return of(Metadata.of(gguf.origin() + ": general.sampling", values)).withStopIds(StopTokens.of(gguf));
    }

    static GenerationConfig of(Metadata file) {
        var stopIds = stopIds(file);
        boolean samples = file.flag("do_sample", false);
        // A top-p of 0 leaves only the most likely token.
        double topP = file.decimal("top_p", 1);
        boolean likeliest = samples && topP == 0;
        try {
            var base = Sampling.GREEDY.withRepetitionPenalty(file.decimal("repetition_penalty", 1));
            var sampling = samples
                    ? base.withTemperature(file.decimal("temperature", 1))
                            .withTopK(likeliest ? 1 : file.integer("top_k", DEFAULT_TOP_K))
                            .withTopP(likeliest ? 1 : topP)
                            .withMinP(file.decimal("min_p", 0))
                    : base;
            return new GenerationConfig(sampling, stopIds);
        } catch (EngineException e) {
            throw new EngineException(file.origin() + ": " + e.getMessage(), e);
        }
    }

    /** The {@code eos_token_id} of a file: one, a list, or none. */
    static SortedSet<Integer> stopIds(Metadata file) {
        var ids = new TreeSet<Integer>();
        if (file.isList("eos_token_id")) {
            ids.addAll(file.integers("eos_token_id"));
        } else if (file.has("eos_token_id")) {
            ids.add(file.integer("eos_token_id"));
        }
        return ids;
    }

    GenerationConfig withStopIds(SortedSet<Integer> other) {
        return new GenerationConfig(sampling, other);
    }
}
