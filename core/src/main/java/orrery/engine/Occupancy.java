package orrery.engine;

import java.util.List;
import orrery.kernel.KvCache;
import orrery.spec.CacheSpec;

/** How much of a cache is in use. */
final class Occupancy {
    private final KvCache cache;
    private final int[] pages;
    private final long[] pageBytes;

    /** Of an empty cache. */
    Occupancy(KvCache cache, List<CacheSpec> layers) {
        this.cache = cache;
        pages = new int[cache.pools()];
        pageBytes = new long[cache.pools()];
        for (int pool = 0; pool < pages.length; pool++) {
            pages[pool] = cache.available(pool);
        }
        for (int layer = 0; layer < layers.size(); layer++) {
            if (layers.get(layer) instanceof CacheSpec.PerToken) {
                pageBytes[cache.poolOf(layer)] += cache.layerBytes(layer);
            }
        }
    }

    /** Bytes of all pages that somebody has. */
    long bytes() {
        long bytes = 0;
        for (int pool = 0; pool < pages.length; pool++) {
            bytes += (pages[pool] - cache.available(pool)) * pageBytes[pool];
        }
        return bytes;
    }
}
