package orrery.lab.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import orrery.catalog.Catalog;
import orrery.engine.Host;
import orrery.format.JsonText;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;

/**
 * The architecture that is to be trained.
 *
 * @param source its config
 * @param spec the architecture
 * @param notUnderstood keys of the config that mean nothing to its family
 * @param config the config of its checkpoints, as JSON
 */
public record TrainedModel(Path source, ArchitectureSpec spec, SortedSet<String> notUnderstood, String config) {
    /** Value, gradient and two moments of a parameter, in F32. */
    private static final long BYTES_OF_A_PARAMETER = 16;

    /** What the way back needs of a layer and a row, in F32 values for each of a hidden state. */
    private static final long KEPT_OF_A_ROW = 16;

    private static final String CONFIG = "config.json";

    /**
     * Reads a config.
     *
     * @param what a {@code config.json}, or a directory with one
     * @throws orrery.OrreryException if there is none, or it describes what cannot be trained
     */
    public static TrainedModel read(Path what, TextTokens tokens) {
        var file = Files.isDirectory(what) ? what.resolve(CONFIG) : what;
        if (!Files.exists(file)) {
            boolean release = Catalog.release(what.toString()).isPresent();
            throw new TrainException(
                    release
                            ? what + " is a release without files here, expected a config.json or a directory with one"
                            : "there is no " + file + ", expected a config.json or a directory with one");
        }
        if (!String.valueOf(file.getFileName()).endsWith(".json")) {
            throw new TrainException(file + " is no config.json, and no directory with one");
        }
        var metadata = Metadata.readJson(file);
        var name = file.toAbsolutePath().normalize().getParent();
        var described = Catalog.read(String.valueOf(name == null ? "model" : name.getFileName()), metadata);
        var spec = described.spec();
        for (String key : new String[] {"quantization_config", "text_config"}) {
            if (metadata.has(key)) {
                throw new TrainException(file + " has a " + key + "; a model of plain text is trained, in F32");
            }
        }
        if (spec.vocabSize() < tokens.count()) {
            throw new TrainException(file + ": vocab_size is " + spec.vocabSize() + ", expected " + tokens.count()
                    + " or more for " + tokens.name());
        }
        return new TrainedModel(file, spec, described.notUnderstood(), completed(JsonText.object(file), tokens, spec));
    }

    /**
     * Checks that a plan suits the model, and that the machine has the memory for it.
     *
     * @throws TrainException if not
     */
    void requireFit(TrainingPlan plan) {
        if (plan.context() > spec.maxPositions()) {
            throw new TrainException("context is " + plan.context() + ", expected at most " + spec.maxPositions()
                    + ", the positions that " + source + " allows");
        }
        double rows = (double) plan.batch() * plan.context();
        double kept = (double) KEPT_OF_A_ROW * spec.hiddenSize() * spec.layers().size() + 2.0 * spec.vocabSize();
        double bytes = (double) BYTES_OF_A_PARAMETER * spec.parameters() + rows * kept * Float.BYTES;
        if (bytes > Host.memory()) {
            throw new TrainException("training " + spec.parameters() + " parameters on " + plan.batch()
                    + " sequences of " + plan.context() + " tokens takes about " + (long) (bytes / (1 << 30))
                    + " GiB of memory, but this machine has " + (Host.memory() >> 30) + " GiB");
        }
    }

    private static String completed(Map<String, Object> config, TextTokens tokens, ArchitectureSpec spec) {
        config.remove("dtype");
        config.put("torch_dtype", "float32");
        tokens.complete(config, spec.vocabSize());
        return JsonText.indented(config, JsonText.Doubles.FINITE);
    }
}
