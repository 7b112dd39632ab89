package orrery.app;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.engine.EngineOptions;
import picocli.CommandLine.Option;

/** {@code --threads}, {@code --backend}: with what an engine computes. */
final class ComputeFlags {
    @Option(names = "--threads", paramLabel = "N", description = "threads that compute; else one for each core")
    private @Nullable Integer threads;

    @Option(names = "--backend", paramLabel = "NAME", description = "what computes; else the best for the model")
    private @Nullable String backend;

    /**
     * The options with what was asked for.
     *
     * @throws orrery.engine.EngineException if that is out of its range
     */
    EngineOptions applyTo(EngineOptions options) {
        var threaded = threads == null ? options : options.withThreads(threads);
        return Optional.ofNullable(backend).map(threaded::withBackend).orElse(threaded);
    }
}
