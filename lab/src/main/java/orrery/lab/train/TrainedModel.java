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
        long parameters = spec.parameters();
        if (parameters > Host.memory() / BYTES_OF_A_PARAMETER) {
            throw new TrainException("training " + parameters + " parameters takes "
                    + (parameters * BYTES_OF_A_PARAMETER >> 30) + " GiB, with gradients and moments, but this machine has "
                    + (Host.memory() >> 30) + " GiB of memory");
        }
        return new TrainedModel(file, spec, described.notUnderstood(), completed(JsonText.object(file), tokens, spec));
    }

    private static String completed(Map<String, Object> config, TextTokens tokens, ArchitectureSpec spec) {
        config.remove("dtype");
        config.put("torch_dtype", "float32");
        tokens.complete(config, spec.vocabSize());
        return JsonText.indented(config, JsonText.Doubles.FINITE);
    }
}
