package orrery.app;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orrery.engine.EngineException;
import orrery.engine.EngineOptions;
import orrery.engine.Packing;
import orrery.tensor.KvType;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code --threads}, {@code --kernels}, {@code --repack}, {@code --kv-type}, {@code --bf16-activations}: the kernels of
 * an engine, and the type of its KV cache.
 */
final class ComputeFlags {
    @Option(names = "--threads", paramLabel = "N", description = "number of compute threads (default: one per core)")
    private @Nullable Integer threads;

    @Option(
            names = "--kernels",
            paramLabel = "NAME",
            description = "which kernels to use: jit, vector, scalar or, for small models, loops (default: the fastest"
                    + " for the model)")
    private @Nullable String kernels;

    @Option(
            names = "--repack",
            paramLabel = "WHEN",
            description = "repack quantised weights into the fastest layout for the jit kernels: auto (if the packed"
                    + " copy fits into memory beside the file), on, off; other kernels read them as they are in the"
                    + " file")
    private @Nullable String repack;

    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            description = "KV cache dtype: f32, f16, bf16 or q8 (default: f16, or f32 for weights in f32)")
    private @Nullable String kvType;

    @Option(
            names = "--bf16-activations",
            description = "round activations to BF16 where weights are BF16: prefill is up to twice as fast, but"
                    + " results differ; needs --kernels jit and a processor with AVX512_BF16")
    private boolean bf16Activations;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Validates {@code --kernels}. */
    @Option(names = "--backend", hidden = true)
    void refuseBackend(String name) {
        throw new ParameterException(command.commandLine(), "--backend is called --kernels now: --kernels " + name);
    }

    /** Applies the flags; errors are reported as errors of the command line. */
    EngineOptions options(EngineOptions options) {
        try {
            return applyTo(options);
        } catch (EngineException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Applies the flags.
     *
     * @throws orrery.engine.EngineException if a value is out of its range
     */
    EngineOptions applyTo(EngineOptions options) {
        var threaded = threads == null ? options : options.withThreads(threads);
        var packed = repack == null ? threaded : threaded.withPacking(Packing.named(repack));
        var rounded = packed.withBf16Activations(bf16Activations);
        var computed = Optional.ofNullable(kernels).map(rounded::withBackend).orElse(rounded);
        return Optional.ofNullable(kvType)
                .map(ComputeFlags::type)
                .map(computed::withKvType)
                .orElse(computed);
    }

    /**
     * @throws EngineException if there is no such type
     */
    static KvType type(String name) {
        return KvType.named(name)
                .orElseThrow(
                        () -> new EngineException("kv_type is \"" + name + "\", expected one of " + KvType.labels()));
    }
}
