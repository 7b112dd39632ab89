package orrery.engine;

import java.util.List;
import java.util.function.IntToLongFunction;
import orrery.kernel.KvCache;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * The limits of the KV cache.
 *
 * @param context the most tokens of a sequence
 * @param sequences how many sequences of full length fit
 * @param maxSequences the most sequences that run at the same time
 * @param chunk the most rows of a sequence in one step
 * @param statesOfASequence recurrent states per sequence of {@code sequences}, if the model has any: its own, one for a
 *     draft token, and snapshots
 * @param bytes bytes of all pools and states when they are full
 */
record CachePlan(int context, int sequences, int maxSequences, int chunk, int statesOfASequence, long bytes) {
    /** Snapshots kept per sequence for others to continue from, besides its own state. */
    private static final int SNAPSHOTS = 2;

    /** Below this, the machine's memory need not be queried, which takes some milliseconds. */
    private static final long SMALL = 64L << 20;

    /**
     * Plans for the requested number of sequences of full length, or for as many as fit into the options' bytes or half
     * of the memory that the weights leave; at least one.
     *
     * @throws EngineException if the context is longer than the model's, or one sequence does not fit into the
     *     machine's memory
     */
    static CachePlan of(ArchitectureSpec spec, EngineOptions options, KvType type, long weightBytes) {
        var caches = caches(spec, options);
        int chunk = Math.max(options.prefillRows(), Scheduler.rowsOfAnAnswer(options.speculation()));
        int states = Scheduler.rowsOfAnAnswer(options.speculation()) + SNAPSHOTS;
        int context = options.context().orElse(Math.min(spec.maxPositions(), EngineOptions.DEFAULT_CONTEXT));
        if (context == EngineOptions.LONGEST_CONTEXT) {
            context = longest(
                    spec.maxPositions(),
                    room(options, weightBytes),
                    tokens -> new CachePlan(tokens, 1, 1, chunk, states, 0).bytes(caches, type));
        }
        if (context > spec.maxPositions()) {
            throw new EngineException("context is " + context + ", but " + spec.name() + " attends over "
                    + spec.maxPositions() + " tokens at most");
        }
        long one = new CachePlan(context, 1, 1, chunk, states, 0).bytes(caches, type);
        int sequences = options.maxSequences();
        if (Math.multiplyExact(one, (long) sequences)
                > Math.min(SMALL, options.cacheBytes().orElse(SMALL))) {
            requireRoom(context, one, Host.memory());
            sequences = (int) Math.clamp(room(options, weightBytes) / one, 1, sequences);
        }
        var plan = new CachePlan(context, sequences, options.maxSequences(), chunk, states, 0);
        return new CachePlan(context, sequences, options.maxSequences(), chunk, states, plan.bytes(caches, type));
    }

    private static long room(EngineOptions options, long weightBytes) {
        return options.cacheBytes().orElseGet(() -> Math.max(0, Host.memory() - weightBytes) / 2);
    }

    /** The model's maximum, halved until one sequence fits into the room. */
    static int longest(int most, long room, IntToLongFunction bytes) {
        int context = most;
        while (context > EngineOptions.DEFAULT_CONTEXT && bytes.applyAsLong(context) > room) {
            context = Math.max(context / 2, EngineOptions.DEFAULT_CONTEXT);
        }
        return context;
    }

    /**
     * The most pages of a pool. A sliding window needs few at a time; the same number again is kept for prefixes to
     * continue from.
     */
    int pages(CacheSpec.PerToken kept) {
        int all = Math.multiplyExact(sequences, BlockManager.runs(context, KvCache.DEFAULT_PAGE_SIZE));
        long peaks = 2L * maxSequences * BlockManager.peak(kept.reach(), context, chunk, KvCache.DEFAULT_PAGE_SIZE);
        return (int) Math.min(peaks, all);
    }

    /** The cached layers, including the draft's layer if it runs. */
    static List<CacheSpec> caches(ArchitectureSpec spec, EngineOptions options) {
        return switch (options.speculation()) {
            case NONE -> spec.caches();
            case MTP -> spec.cachesWithDraft();
        };
    }

    /** @throws EngineException if a sequence's {@code bytes} exceed the machine's {@code memory} */
    static void requireRoom(int context, long bytes, long memory) {
        if (bytes > memory) {
            throw new EngineException("a context of " + context + " tokens takes " + bytes
                    + " bytes of KV cache, more than the machine's memory of " + memory
                    + " bytes; expected a shorter context");
        }
    }

    /** The most states. */
    int states() {
        return Math.multiplyExact(sequences, statesOfASequence);
    }

    private long bytes(List<CacheSpec> caches, KvType type) {
        long bytes = 0;
        for (var cache : caches) {
            bytes = Math.addExact(
                    bytes,
                    switch (cache) {
                        case CacheSpec.PerToken kept -> {
                            long page = Math.multiplyExact(
                                    KvCache.bytesPerToken(kept, type), (long) KvCache.DEFAULT_PAGE_SIZE);
                            yield Math.multiplyExact(page, (long) pages(kept));
                        }
                        case CacheSpec.PerSequence(var elements) ->
                            Math.multiplyExact(DType.F32.bytes(elements), (long) states());
                        // A borrowing layer's pages are counted with the layer that owns them.
                        case CacheSpec.Borrowed _, CacheSpec.None _ -> 0;
                    });
        }
        return bytes;
    }
}
