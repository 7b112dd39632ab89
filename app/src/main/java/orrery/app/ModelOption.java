package orrery.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --model} and {@code --demo}. */
final class ModelOption {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description =
                    "a model directory in Hugging Face's layout, or a GGUF file (default: the small model that comes"
                            + " with Orrery)")
    private @Nullable Path model;

    @Option(
            names = "--demo",
            paramLabel = "NAME",
            converter = DemoModel.Converter.class,
            completionCandidates = DemoModel.Names.class,
            description = DemoModel.DESCRIPTION)
    private @Nullable DemoModel demo;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Whether a model was named. */
    boolean isNamed() {
        return model != null || demo != null;
    }

    /**
     * The named model, or the demo model's directory.
     *
     * @throws CommandException if it does not exist
     * @throws ParameterException if two were named
     */
    Path path() {
        if (model != null && demo != null) {
            throw new ParameterException(command.commandLine(), "--model and --demo each name a model, expected one");
        }
        if (model != null) {
            return existing(model);
        }
        return (demo == null ? DemoModel.GEMMA3 : demo).path();
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
