package orrery.server.api;

import java.util.List;
import orrery.engine.EngineOptions;
import orrery.engine.Host;

/**
 * Limits for the models in memory.
 *
 * @param models the maximum number of models
 * @param bytes the maximum memory for all of them; {@link orrery.engine.Footprint} computes the need of each
 */
public record ModelRoom(int models, long bytes) {
    /** The default share of the machine's memory; the rest is for everything else. */
    private static final double SHARE = 0.9;

    /** With several models, each KV cache may fill one eighth of the memory. */
    private static final int CACHES = 8;

    /** Nine tenths of the machine's memory, in bytes. */
    public static long ofMachine() {
        return (long) (SHARE * Host.memory());
    }

    /** The options for one of several models: its KV cache leaves memory for the others. */
    public EngineOptions shared(EngineOptions options) {
        return options.cacheBytes().isPresent() ? options : options.withCacheBytes(bytes / CACHES);
    }

    /** Whether another model fits beside these; a single model always does. */
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
