package orrery.engine;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import orrery.catalog.Checkpoint;
import orrery.catalog.Slice;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * How an engine runs.
 *
 * @param threads worker threads
 * @param context the most tokens of a sequence, prompt and answer; if empty, the model's maximum up to
 *     {@link #DEFAULT_CONTEXT}; {@link #LONGEST_CONTEXT} for as many as model and memory allow
 * @param backend the name of a {@link orrery.kernel.Backend}; if empty, the best for the model that works on this
 *     machine
 * @param prefillRows the most prompt tokens of one forward pass
 * @param maxSequences the most sequences that run at the same time; the others wait
 * @param slice a smaller model nested in the one in the files, to run instead of it
 * @param speculation whether tokens are drafted
 * @param expertsInMemory how many experts, over all layers, are copied into the process's memory
 * @param packing whether block-quantized weights are repacked into the order that the kernels prefer
 * @param kvType the type that the KV cache stores keys and values in; chosen by the weights if empty
 *     ({@link #kvTypeOf})
 * @param bf16Activations whether activations are rounded to BF16 before they are multiplied with BF16 weights, which
 *     speeds up prefill; refused if kernels, processor or model do not support such products
 * @param maxPauseMillis the longest a step should take while answers wait for their next token: prompts are prefilled
 *     in correspondingly smaller chunks
 * @param cacheBytes the most bytes of the KV cache, though always enough for one sequence; half of the memory beside
 *     the weights if empty
 */
public record EngineOptions(
        int threads,
        OptionalInt context,
        Optional<String> backend,
        int prefillRows,
        int maxSequences,
        Optional<Slice> slice,
        Speculation speculation,
        int expertsInMemory,
        Packing packing,
        Optional<KvType> kvType,
        boolean bf16Activations,
        int maxPauseMillis,
        OptionalLong cacheBytes) {

    /** The default for {@code context}, in tokens. */
    public static final int DEFAULT_CONTEXT = 4096;

    /** For {@code context}: the model's own maximum, or as much of it as fits into memory. */
    public static final int LONGEST_CONTEXT = Integer.MAX_VALUE;

    private static final int MOST = 1 << 16;

    /** @throws EngineException if a number is out of its range */
    public EngineOptions {
        within("threads", threads, 1024);
        if (context.isPresent() && context.getAsInt() < 2) {
            throw new EngineException(
                    "context is " + context.getAsInt() + ", expected at least 2: a prompt and an answer");
        }
        within("prefill_rows", prefillRows, MOST);
        within("max_sequences", maxSequences, 1024);
        within("max_pause", maxPauseMillis, 60_000);
        if (cacheBytes.isPresent() && cacheBytes.getAsLong() < 0) {
            throw new EngineException("cache_bytes is " + cacheBytes.getAsLong() + ", expected 0 or more");
        }
        if (expertsInMemory < 0) {
            throw new EngineException("experts_in_memory is " + expertsInMemory + ", expected 0 (none) or more");
        }
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new EngineException(name + " is " + value + ", expected 1 to " + most);
        }
    }

    /** One thread for each core of the machine, 256 prompt tokens per pass, 8 sequences. */
    public static EngineOptions defaults() {
        return new EngineOptions(
                Host.cores(),
                OptionalInt.empty(),
                Optional.empty(),
                256,
                8,
                Optional.empty(),
                Speculation.NONE,
                0,
                Packing.AUTO,
                Optional.empty(),
                false,
                200,
                OptionalLong.empty());
    }

    /**
     * The part of a model's files that is run: the requested slice, and the layer of multi-token prediction only if it
     * drafts.
     *
     * @throws orrery.OrreryException if there is no such slice
     */
    public Checkpoint partOf(Checkpoint files) {
        var part = slice.map(files::sliced).orElse(files);
        return switch (speculation) {
            case NONE -> part.withoutDraft();
            case MTP -> part;
        };
    }

    /**
     * The KV cache's type: the requested one, or else F16, but F32 if most elements of the weights are F32, too.
     *
     * @param storedAs the type that a weight is stored in, by its path
     */
    public KvType kvTypeOf(ArchitectureSpec spec, BiFunction<String, WeightSpec, DType> storedAs) {
        return kvType.orElseGet(() -> {
            long wide = 0;
            long all = 0;
            for (var weight : spec.weights().entrySet()) {
                var one = weight.getValue();
                if (one.use() != WeightSpec.Use.UNUSED) {
                    all += one.parameters();
                    wide += storedAs.apply(weight.getKey(), one) == DType.F32 ? one.parameters() : 0;
                }
            }
            return 2 * wide > all ? KvType.F32 : KvType.F16;
        });
    }

    public EngineOptions withThreads(int other) {
        return with(copy -> copy.threads = other);
    }

    public EngineOptions withContext(int other) {
        return with(copy -> copy.context = OptionalInt.of(other));
    }

    public EngineOptions withBackend(String other) {
        return with(copy -> copy.backend = Optional.of(other));
    }

    public EngineOptions withPrefillRows(int other) {
        return with(copy -> copy.prefillRows = other);
    }

    public EngineOptions withMaxSequences(int other) {
        return with(copy -> copy.maxSequences = other);
    }

    public EngineOptions withSlice(Slice other) {
        return with(copy -> copy.slice = Optional.of(other));
    }

    public EngineOptions withSpeculation(Speculation other) {
        return with(copy -> copy.speculation = other);
    }

    public EngineOptions withExpertsInMemory(int other) {
        return with(copy -> copy.expertsInMemory = other);
    }

    public EngineOptions withPacking(Packing other) {
        return with(copy -> copy.packing = other);
    }

    public EngineOptions withKvType(KvType other) {
        return with(copy -> copy.kvType = Optional.of(other));
    }

    public EngineOptions withBf16Activations(boolean other) {
        return with(copy -> copy.bf16Activations = other);
    }

    public EngineOptions withMaxPauseMillis(int other) {
        return with(copy -> copy.maxPauseMillis = other);
    }

    public EngineOptions withCacheBytes(long other) {
        return with(copy -> copy.cacheBytes = OptionalLong.of(other));
    }

    private EngineOptions with(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** The components of a changed copy: a new component stands here once, not in every method above. */
    private static final class Copy {
        private int threads;
        private OptionalInt context;
        private Optional<String> backend;
        private int prefillRows;
        private int maxSequences;
        private Optional<Slice> slice;
        private Speculation speculation;
        private int expertsInMemory;
        private Packing packing;
        private Optional<KvType> kvType;
        private boolean bf16Activations;
        private int maxPauseMillis;
        private OptionalLong cacheBytes;

        Copy(EngineOptions from) {
            threads = from.threads;
            context = from.context;
            backend = from.backend;
            prefillRows = from.prefillRows;
            maxSequences = from.maxSequences;
            slice = from.slice;
            speculation = from.speculation;
            expertsInMemory = from.expertsInMemory;
            packing = from.packing;
            kvType = from.kvType;
            bf16Activations = from.bf16Activations;
            maxPauseMillis = from.maxPauseMillis;
            cacheBytes = from.cacheBytes;
        }

        EngineOptions made() {
            return new EngineOptions(
                    threads,
                    context,
                    backend,
                    prefillRows,
                    maxSequences,
                    slice,
                    speculation,
                    expertsInMemory,
                    packing,
                    kvType,
                    bf16Activations,
                    maxPauseMillis,
                    cacheBytes);
        }
    }
}
