package orrery.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.catalog.Catalog;
import picocli.CommandLine.Option;

/** {@code --model}. */
final class ModelOption {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "DIR",
            description = "a model's directory, in Hugging Face's layout; else the small model that comes with Orrery")
    private @Nullable Path directory;

    /** Whether a model was named. */
    boolean isNamed() {
        return directory != null;
    }

    /**
     * The directory that was named, or that of the demo model.
     *
     * @throws CommandException if there is none
     */
    Path directory() {
        if (directory != null) {
            return existing(directory);
        }
        String home = System.getProperty("orrery.home");
        if (home == null) {
            throw new CommandException(
                    "no model is named and ./orrery was not what started this; name one by --model DIR");
        }
        var demo = Path.of(home, "demo-model");
        if (!Files.isDirectory(demo)) {
            throw new CommandException("the demo model is not at " + demo + "; name a model by --model DIR");
        }
        return demo;
    }

    /** A directory, or a better word than "does not exist" for a release that only the catalog has. */
    static Path existing(Path path) {
        if (!Files.exists(path) && Catalog.release(path.toString()).isPresent()) {
            throw new CommandException(path + " is a release that Orrery can describe, but its weights are not here;"
                    + " name a directory that holds them");
        }
        if (!Files.exists(path)) {
            throw new CommandException("there is no model at " + path);
        }
        if (!Files.isDirectory(path)) {
            throw new CommandException(path + " is a file, expected a model's directory");
        }
        return path;
    }
}
