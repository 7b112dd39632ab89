package orrery.engine;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.spec.CacheSpec;

/** How much of a cache is in use. */
final class Occupancy {
    private final KvCache cache;
    private final int[] pages;
    private final long[] pageBytes;
    private final int states;

    /** For an empty cache. */
    Occupancy(KvCache cache, List<CacheSpec> layers) {
        this.cache = cache;
        pages = new int[cache.pools()];
        pageBytes = new long[cache.pools()];
        for (int pool = 0; pool < pages.length; pool++) {
            pages[pool] = cache.available(pool);
        }
        states = cache.availableStates();
        for (int layer = 0; layer < layers.size(); layer++) {
            switch (layers.get(layer)) {
                case CacheSpec.PerToken _ -> pageBytes[cache.poolOf(layer)] += cache.layerBytes(layer);
                // States are counted for all layers together, and borrowed caches with their owner.
                case CacheSpec.PerSequence _, CacheSpec.Borrowed _, CacheSpec.None _ -> {}
            }
        }
    }

    /** Bytes of all pages and states in use or still cached. */
    long bytes() {
        long bytes = (states - cache.availableStates()) * cache.stateBytes();
        for (int pool = 0; pool < pages.length; pool++) {
            bytes += (pages[pool] - cache.available(pool)) * pageBytes[pool];
        }
        return bytes;
    }
}
