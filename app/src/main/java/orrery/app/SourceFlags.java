package orrery.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.engine.EngineOptions;
import orrery.server.ModelSource;
import orrery.server.ModelSources;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code --model}, {@code --alias}, {@code --models-dir}, {@code --max-models}, {@code --memory},
 * {@code --idle-unload}: which models are served, and how many of them may be in memory.
 */
final class SourceFlags {
    @Option(
            names = {"-m", "--model"},
            paramLabel = "[NAME=]MODEL",
            description =
                    "a model's directory in Hugging Face's layout, or a GGUF file; its name in requests is NAME or that"
                            + " of the file. May be repeated: the first model is loaded at once, the others at their first"
                            + " request (default: the small model that comes with Orrery)")
    private List<String> models = new ArrayList<>();

    @Option(
            names = "--demo",
            paramLabel = "NAME",
            converter = DemoModel.Converter.class,
            completionCandidates = DemoModel.Names.class,
            description = DemoModel.DESCRIPTION + "; may be repeated, and comes before each --model")
    private List<DemoModel> demos = new ArrayList<>();

    @Option(names = "--alias", paramLabel = "NAME", description = "another name for the first model; may be repeated")
    private List<String> aliases = new ArrayList<>();

    @Option(
            names = "--models-dir",
            paramLabel = "DIR",
            description =
                    "serve every model in this folder: directories and GGUF files, including those added later; each is"
                            + " loaded at its first request")
    private @Nullable Path folder;

    @Option(
            names = "--max-models",
            paramLabel = "N",
            description =
                    "the maximum number of models in memory; the least recently used is unloaded (default: as many"
                            + " as --memory holds)")
    private @Nullable Integer most;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = MemorySize.class,
            description =
                    "the maximum memory for all models together, such as 48G (default: nine tenths of the machine's)")
    private @Nullable Long memory;

    @Option(
            names = "--idle-unload",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description =
                    "unload a model that has had no request for this long, such as 90s, 15m or 2h (default: never)")
    private @Nullable Duration idle;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** The models, run with these options. */
    ModelSources sources(EngineOptions engine) {
        var sources = ModelSources.of(named(engine));
        if (folder != null) {
            if (!Files.isDirectory(folder)) {
                throw new CommandException("there is no model folder " + folder);
            }
            sources = sources.withFolder(folder, engine);
        }
        if (most != null) {
            if (most < 1) {
                throw usage("--max-models is " + most + ", expected at least 1");
            }
            sources = sources.withMost(most);
        }
        if (memory != null) {
            sources = sources.withMemory(memory);
        }
        return idle == null ? sources : sources.withIdle(idle);
    }

    private List<ModelSource> named(EngineOptions engine) {
        var paths = paths();
        for (String alias : aliases) {
            if (paths.isEmpty()) {
                throw usage("--alias " + alias + " names the first --model, but there is no --model");
            }
            if (paths.containsKey(alias)) {
                throw usage("--alias " + alias + " is already the name of a model");
            }
        }
        var sources = new ArrayList<ModelSource>();
        paths.forEach((name, path) ->
                sources.add(new ModelSource(name, sources.isEmpty() ? aliases : List.of(), path, engine)));
        return sources;
    }

    private Map<String, Path> paths() {
        Map<String, Path> paths = new LinkedHashMap<>();
        if (models.isEmpty() && demos.isEmpty() && folder == null) {
            paths.put("demo", DemoModel.GEMMA3.path());
        }
        demos.forEach(demo -> paths.put(demo.label(), demo.path()));
        for (String given : models) {
            int sign = given.indexOf('=');
            // A path can contain "=", too; such a path is taken as it is if it exists.
            boolean named = sign > 0
                    && given.substring(0, sign).matches("[A-Za-z0-9][A-Za-z0-9._:/-]*")
                    && !Files.exists(Path.of(given));
            if (named && sign == given.length() - 1) {
                throw usage("--model " + given + " names no model, expected NAME=MODEL");
            }
            var path = ModelOption.existing(Path.of(named ? given.substring(sign + 1) : given));
            String name = named ? given.substring(0, sign) : nameOf(path);
            if (paths.putIfAbsent(name, path) != null) {
                throw usage("two models have the name " + name + "; use --model NAME=MODEL");
            }
        }
        return paths;
    }

    private static String nameOf(Path path) {
        String file = path.toAbsolutePath().normalize().getFileName().toString();
        return file.endsWith(".gguf") ? file.substring(0, file.length() - ".gguf".length()) : file;
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
