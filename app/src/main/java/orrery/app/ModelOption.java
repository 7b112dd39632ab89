package orrery.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import picocli.CommandLine.Option;

/** {@code --model}. */
final class ModelOption {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description =
                    "a model directory in Hugging Face's layout, or a GGUF file (default: the small model that comes"
                            + " with Orrery)")
    private @Nullable Path model;

    /** Whether a model was named. */
    boolean isNamed() {
        return model != null;
    }

    /**
     * The named model, or the demo model's directory.
     *
     * @throws CommandException if it does not exist
     */
    Path path() {
        if (model != null) {
            return existing(model);
        }
        String home = System.getProperty("orrery.home");
        if (home == null) {
            throw new CommandException(
                    "no model is named, and the program was not started by ./orrery; name one with --model MODEL");
        }
        var demo = Path.of(home, "demo-model");
        if (!Files.isDirectory(demo)) {
            throw new CommandException("the demo model is not at " + demo + "; name a model with --model MODEL");
        }
        return demo;
    }

    /**
     * A directory or a GGUF file; for a release that is only in the catalog, a better message than "does not exist".
     */
    static Path existing(Path path) {
        if (!Files.exists(path)) {
            Catalog.release(path.toString()).ifPresent(release -> {
                throw new CommandException(
                        path + " is a release that Orrery can describe, but its weights are not here; they are at "
                                + release.card() + ": name a directory or a GGUF file that holds them");
            });
        }
        if (!Files.exists(path)) {
            throw new CommandException("there is no model at " + path);
        }
        if (!Files.isDirectory(path) && !ModelFile.isGguf(path)) {
            throw new CommandException(path + " is a file, expected a model directory or a GGUF file");
        }
        return path;
    }
}
