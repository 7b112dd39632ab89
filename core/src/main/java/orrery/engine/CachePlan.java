package orrery.engine;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.spec.ArchitectureSpec;
import orrery.spec.CacheSpec;

/**
 * How large the KV cache may grow.
 *
 * @param context tokens of a sequence at most
 * @param maxPages pages of a pool at most
 * @param bytes of all pools when they are full
 */
record CachePlan(int context, int maxPages, long bytes) {
    /** Below this nobody needs to ask the machine, which takes some milliseconds. */
    private static final long SMALL = 64L << 20;

    /**
     * As many sequences of full length as were asked for, or as many as half of the memory beside the weights holds; at least one.
     *
     * @throws EngineException if the cache's type cannot keep the heads, the context is longer than the model's, or one sequence does not fit the machine's memory
     */
    static CachePlan of(ArchitectureSpec spec, EngineOptions options, long weightBytes) {
        var caches = caches(spec, options);
        options.kvType().refusal(spec).ifPresent(why -> {
            throw new EngineException(why);
        });
        int context = options.context().orElse(Math.min(spec.maxPositions(), EngineOptions.DEFAULT_CONTEXT));
        if (context > spec.maxPositions()) {
            throw new EngineException("context is " + context + ", but " + spec.name() + " attends over "
                    + spec.maxPositions() + " tokens at most");
        }
        long one = bytes(caches, options, context, 1, Integer.MAX_VALUE);
        int sequences = options.maxSequences();
        if (Math.multiplyExact(one, (long) sequences) > SMALL) {
            long memory = Machine.memory();
            requireRoom(context, one, memory);
            sequences = (int) Math.clamp(Math.max(0, memory - weightBytes) / 2 / one, 1, sequences);
        }
        int maxPages = Math.multiplyExact(sequences, Pages.runs(context, KvCache.DEFAULT_PAGE_SIZE));
        return new CachePlan(context, maxPages, bytes(caches, options, context, 2 * options.maxSequences(), maxPages));
    }

    /** What is remembered: the draft's layer, too, where it runs. */
    static List<CacheSpec> caches(ArchitectureSpec spec, EngineOptions options) {
        return switch (options.speculation()) {
            case NONE -> spec.caches();
            case MTP -> spec.cachesWithDraft();
        };
    }

    /**
     * @throws EngineException if a sequence's {@code bytes} are more than the machine's {@code memory}
     */
    static void requireRoom(int context, long bytes, long memory) {
        if (bytes > memory) {
            throw new EngineException("a context of " + context + " tokens takes " + bytes
                    + " bytes of KV cache, more than the machine's memory of " + memory
                    + " bytes; expected a shorter context");
        }
    }

    private static long bytes(List<CacheSpec> caches, EngineOptions options, int context, int sequences, int maxPages) {
        long bytes = 0;
        int chunk = Math.max(options.prefillRows(), Scheduler.rowsOfAnAnswer(options.speculation()));
        for (var cache : caches) {
            if (cache instanceof CacheSpec.PerToken kept) {
                int size = KvCache.DEFAULT_PAGE_SIZE;
                long runs = (long) sequences * Pages.peak(kept.reach(), context, chunk, size);
                long pageBytes = Math.multiplyExact(KvCache.bytesPerToken(kept, options.kvType()), (long) size);
                bytes = Math.addExact(bytes, Math.multiplyExact(Math.min(runs, maxPages), pageBytes));
            }
        }
        return bytes;
    }
}
