package orrery.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.Front;
import orrery.app.terminal.Ticker;
import orrery.catalog.Slice;
import orrery.engine.Engine;
import orrery.engine.EngineException;
import orrery.engine.EngineOptions;
import orrery.engine.Speculation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code --threads}, {@code --context}, {@code --kernels}, {@code --kv-type}, {@code --bf16-activations},
 * {@code --slice}, {@code --speculate}, {@code --experts-in-memory}: options of an engine.
 */
final class EngineFlags {
    @Mixin
    private final ComputeFlags compute = new ComputeFlags();

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            converter = TokenCount.class,
            description = "maximum tokens of prompt and answer together (default: the model's limit, at most 4096)")
    private @Nullable Integer context;

    @Option(
            names = "--slice",
            paramLabel = "SPEC",
            converter = SliceConverter.class,
            description = SliceConverter.DESCRIPTION)
    private @Nullable Slice slice;

    @Option(
            names = "--speculate",
            paramLabel = "HOW",
            description = "speculative decoding: mtp, with the model's own MTP layer; the text stays the same")
    private @Nullable String speculate;

    @Option(
            names = "--experts-in-memory",
            paramLabel = "N",
            description =
                    "keep copies of the N most used experts (all layers together) in memory that the system cannot"
                            + " reclaim")
    private @Nullable Integer expertsInMemory;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Opens an engine for one conversation at a time. The caller closes it. */
    Engine open(Path model, Front front, boolean quiet) {
        var options = options(EngineOptions.defaults().withMaxSequences(1));
        try (var ticker = new Ticker(front, "loading " + model.getFileName(), !quiet)) {
            var engine = Engine.open(
                    model, options, (done, all) -> ticker.note("packing weights " + 100 * done / all + " %"));
            if (!quiet) {
                engine.notes().forEach(front::note);
            }
            return engine;
        }
    }

    /** Applies the flags; errors are reported as errors of the command line. */
    EngineOptions options(EngineOptions defaults) {
        try {
            var options = compute.applyTo(defaults);
            if (context != null) {
                options = options.withContext(context);
            }
            if (slice != null) {
                options = options.withSlice(slice);
            }
            if (speculate != null) {
                options = options.withSpeculation(Speculation.named(speculate));
            }
            if (expertsInMemory != null) {
                options = options.withExpertsInMemory(expertsInMemory);
            }
            return options;
        } catch (EngineException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
