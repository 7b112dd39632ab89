package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import orrery.spec.CacheSpec;
import orrery.tensor.Tensor;

/**
 * Page memory for what layers remember: one pool for each distinct {@link CacheSpec}, since layers that remember different things free
 * them at different times. A page holds {@link #pageSize} positions of every layer of its pool. The cache knows slots, not owners; who
 * owns a page is written in {@link PageTable}s. F32.
 *
 * <p>Within a page, a layer has its keys as {@code [keyValueHead, slot, size]}, then its values as {@code [keyValueHead, slot, valueSize]}: one head's past is
 * one stream of memory.
 *
 * <p>Memory grows by slabs as pages are taken, up to the limit. Not thread-safe: one thread owns it.
 */
public final class KvCache implements AutoCloseable {
    /** Positions a page, where nobody says otherwise: enough for a long run of memory, little to waste at a sequence's end. */
    public static final int DEFAULT_PAGE_SIZE = 32;

    private static final long SLAB_BYTES = 8L << 20;

    private final Arena arena;
    private final int pageSize;
    private final List<Pool> pools = new ArrayList<>();
    private final int[] poolOfLayer;
    private final int[] indexInPool;

    /**
     * An empty cache.
     *
     * @param layers what each layer remembers
     * @param pageSize positions a page
     * @param maxPages pages that a pool may hold at most; one value for all
     */
    public KvCache(List<CacheSpec> layers, int pageSize, int maxPages) {
        this(layers, pageSize, maxPages, Arena.ofShared());
    }

    /** A cache that nobody closes: its memory goes when it is no longer reachable. */
    public static KvCache ofScratch(List<CacheSpec> layers, int pageSize, int maxPages) {
        return new KvCache(layers, pageSize, maxPages, Arena.ofAuto());
    }

    private KvCache(List<CacheSpec> layers, int pageSize, int maxPages, Arena arena) {
        this.arena = arena;
        if (pageSize < 1 || maxPages < 1) {
            throw new IllegalArgumentException(maxPages + " pages of " + pageSize + " positions");
        }
        this.pageSize = pageSize;
        poolOfLayer = new int[layers.size()];
        indexInPool = new int[layers.size()];
        var bySpec = new LinkedHashMap<CacheSpec.PerToken, Integer>();
        var layersOfPool = new ArrayList<Integer>();
        for (int layer = 0; layer < layers.size(); layer++) {
            switch (layers.get(layer)) {
                case CacheSpec.PerToken spec -> {
                    int pool = bySpec.computeIfAbsent(spec, _ -> {
                        layersOfPool.add(0);
                        return bySpec.size();
                    });
                    poolOfLayer[layer] = pool;
                    indexInPool[layer] = layersOfPool.get(pool);
                    layersOfPool.set(pool, indexInPool[layer] + 1);
                }
                case CacheSpec.Borrowed(var owner) -> {
                    poolOfLayer[layer] = poolOfLayer[owner];
                    indexInPool[layer] = indexInPool[owner];
                }
                case CacheSpec.None _ -> poolOfLayer[layer] = -1;
            }
        }
        bySpec.forEach((spec, pool) -> pools.add(new Pool(spec, layersOfPool.get(pool), maxPages)));
    }

    public int pageSize() {
        return pageSize;
    }

    /** How many pools there are. */
    public int pools() {
        return pools.size();
    }

    /** What the layers of a pool remember. */
    public CacheSpec.PerToken spec(int pool) {
        return pools.get(pool).spec;
    }

    /** The pool of a layer, the lender's for a layer that borrows. */
    public int poolOf(int layer) {
        return poolOfLayer[layer];
    }

    /** Pages of a pool that could still be taken. */
    public int available(int pool) {
        return pools.get(pool).maxPages - pools.get(pool).used;
    }

    /** Bytes that have been allocated so far. */
    public long bytes() {
        return pools.stream()
                .mapToLong(pool -> pool.slabs.size() * pool.slabBytes())
                .sum();
    }

    /**
     * Takes a page of a pool.
     *
     * @throws IllegalStateException when all are taken: whoever takes asks {@link #available} first
     */
    public int take(int pool) {
        return pools.get(pool).take();
    }

    /** Gives a page back. */
    public void give(int pool, int page) {
        pools.get(pool).give(page);
    }

    /** The memory that holds the given page. */
    public MemorySegment slab(int layer, int page) {
        var pool = pools.get(poolOfLayer[layer]);
        return pool.slabs.get(page / pool.pagesPerSlab);
    }

    /** Where the layer's part of the page begins within its slab, in floats. */
    public long base(int layer, int page) {
        var pool = pools.get(poolOfLayer[layer]);
        return ((long) (page % pool.pagesPerSlab) * pool.layers + indexInPool[layer]) * pool.layerFloats;
    }

    /** Where the values of a page begin, in floats after its {@link #base}. */
    public long valuesAt(int layer) {
        return (long) pools.get(poolOfLayer[layer]).spec.key() * pageSize;
    }

    @Override
    public void close() {
        arena.close();
    }

    private final class Pool {
        private final CacheSpec.PerToken spec;
        private final int layers;
        private final int maxPages;
        private final long layerFloats;
        private final int pagesPerSlab;
        private final List<MemorySegment> slabs = new ArrayList<>();
        private int[] free = new int[16];
        private int freeCount;
        private int made;
        private int used;

        Pool(CacheSpec.PerToken spec, int layers, int maxPages) {
            this.spec = spec;
            this.layers = layers;
            this.maxPages = maxPages;
            layerFloats = spec.elementsPerToken() * pageSize;
            long pageBytes = Math.multiplyExact(layerFloats * Float.BYTES, layers);
            pagesPerSlab = (int) Math.clamp(SLAB_BYTES / Math.max(1, pageBytes), 1, maxPages);
        }

        long slabBytes() {
            return Math.multiplyExact(layerFloats * Float.BYTES * layers, (long) pagesPerSlab);
        }

        int take() {
            if (used == maxPages) {
                throw new IllegalStateException("all " + maxPages + " pages of the cache are taken");
            }
            used++;
            if (freeCount > 0) {
                return free[--freeCount];
            }
            if (made == slabs.size() * pagesPerSlab) {
                slabs.add(arena.allocate(slabBytes(), Tensor.ALIGNMENT));
            }
            return made++;
        }

        void give(int page) {
            if (page < 0 || page >= made) {
                throw new IllegalArgumentException("page " + page + " was never taken");
            }
            if (freeCount == free.length) {
                free = java.util.Arrays.copyOf(free, 2 * freeCount);
            }
            free[freeCount++] = page;
            used--;
        }
    }
}
