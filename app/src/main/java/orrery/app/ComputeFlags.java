package orrery.app;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.engine.EngineOptions;
import orrery.engine.Repack;
import picocli.CommandLine.Option;

/** {@code --threads}, {@code --backend}, {@code --repack}: with what an engine computes. */
final class ComputeFlags {
    @Option(names = "--threads", paramLabel = "N", description = "threads that compute; else one for each core")
    private @Nullable Integer threads;

    @Option(names = "--backend", paramLabel = "NAME", description = "what computes; else the best for the model")
    private @Nullable String backend;

    @Option(
            names = "--repack",
            paramLabel = "WHEN",
            description = "copy quantised weights into the order that is fastest: auto (if the copy fits into memory"
                    + " beside the file), on, off")
    private @Nullable String repack;

    /**
     * The options with what was asked for.
     *
     * @throws orrery.engine.EngineException if that is out of its range
     */
    EngineOptions applyTo(EngineOptions options) {
        var threaded = threads == null ? options : options.withThreads(threads);
        var repacked = repack == null ? threaded : threaded.withRepack(Repack.named(repack));
        return Optional.ofNullable(backend).map(repacked::withBackend).orElse(repacked);
    }
}
