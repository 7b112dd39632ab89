package orrery.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import orrery.format.Metadata;

/**
 * How a model's authors want it to be sampled: {@code generation_config.json}.
 *
 * @param sampling greedy unless {@code do_sample} is true
 * @param stopIds the {@code eos_token_id}s; empty if the file names none
 */
public record GenerationConfig(Sampling sampling, SortedSet<Integer> stopIds) {
    private static final String FILE = "generation_config.json";

    /** What transformers takes for {@code top_k} when it samples and the file says nothing (GenerationConfig, version 4). */
    private static final int DEFAULT_TOP_K = 50;

    public GenerationConfig {
        stopIds = Collections.unmodifiableSortedSet(new TreeSet<>(stopIds));
    }

    /**
     * Reads the file of a model directory; greedy, without stop ids, if there is none. Keys that are not known are harmless: they steer
     * parts of transformers that are not here.
     *
     * @throws orrery.OrreryException if the file cannot be read, or a value is of the wrong type or out of range
     */
    public static GenerationConfig read(Path modelDirectory) {
        var file = modelDirectory.resolve(FILE);
        return of(Files.exists(file) ? Metadata.readJson(file) : Metadata.of(FILE, Map.of()));
    }

    static GenerationConfig of(Metadata file) {
        var stopIds = stopIds(file);
        boolean samples = file.flag("do_sample", false);
        try {
            var base = Sampling.GREEDY.withRepetitionPenalty(file.decimal("repetition_penalty", 1));
            var sampling = samples
                    ? base.withTemperature(file.decimal("temperature", 1))
                            .withTopK(file.integer("top_k", DEFAULT_TOP_K))
                            .withTopP(file.decimal("top_p", 1))
                            .withMinP(file.decimal("min_p", 0))
                    : base;
            return new GenerationConfig(sampling, stopIds);
        } catch (EngineException e) {
            throw new EngineException(file.origin() + ": " + e.getMessage(), e);
        }
    }

    /** The {@code eos_token_id} of a file: one, or a list, or none. */
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
