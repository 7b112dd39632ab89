package orrery.server.api;

import java.util.List;
import orrery.engine.EngineOptions;
import orrery.engine.Host;

/**
 * What may be in memory at the same time.
 *
 * @param models how many models at most
 * @param bytes how much memory they may take together, each as {@link orrery.engine.Footprint} says
 */
public record ModelRoom(int models, long bytes) {
    /** What is left of the machine's memory for everything else. */
    private static final double SHARE = 0.9;

    /** Of several models each may fill so much of the memory with its KV cache: an eighth. */
    private static final int CACHES = 8;

    /** Nine tenths of the machine's memory, in bytes. */
    public static long ofMachine() {
        return (long) (SHARE * Host.memory());
    }

    /** How one of several models is run: with a KV cache that leaves memory for the others. */
    public EngineOptions shared(EngineOptions options) {
        return options.cacheBytes().isPresent() ? options : options.withCacheBytes(bytes / CACHES);
    }

    /** Whether another model fits beside these; alone, each does, as far as it can be run at all. */
    boolean holds(List<Long> loaded, long another) {
        if (loaded.isEmpty()) {
            return true;
        }
        long sum = another;
        for (long one : loaded) {
            sum += one;
        }
        return loaded.size() < models && sum <= bytes;
    }
}
