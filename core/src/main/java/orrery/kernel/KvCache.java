package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToIntFunction;
import orrery.spec.CacheSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/**
 * The memory of layers' caches in pages: one pool for each distinct {@link CacheSpec}, since layers with different
 * caches free them at different times. A page holds {@link #pageSize} positions of every layer of its pool. The cache
 * knows slots but not owners; {@link PageTable}s record which sequence owns a page.
 *
 * <p>Within a page, a layer has all its keys, then all its values, one head after another, so that one head's keys are
 * contiguous. A head is a sequence of panels of {@link #panel} positions; {@link KvLayout} defines the layout of a
 * panel.
 *
 * <p>Layers with a state per sequence ({@link CacheSpec.PerSequence}) have no pages: one slot holds the states of all
 * of them. A sequence takes one slot, and further ones for snapshots at the positions from which another sequence can
 * continue.
 *
 * <p>Memory grows in slabs as pages are taken, up to the limit. Not thread-safe: one thread owns it.
 */
public final class KvCache implements AutoCloseable {
    /**
     * The default number of positions per page: long enough for contiguous reads, with little waste at a sequence's
     * end.
     */
    public static final int DEFAULT_PAGE_SIZE = 256;

    /**
     * The number of positions per panel, if a page has as many: what a product handles in parallel with the widest
     * vectors.
     */
    private static final int PANEL = 64;

    private static final long SLAB_BYTES = 8L << 20;

    /** Extra bytes at the end of a slab: kernels read whole vectors, and ignore what is beyond a row or a panel. */
    private static final long READ_BEYOND = 64;

    private final Arena arena;
    private final KvType type;
    private final int pageSize;
    private final List<Pool> pools = new ArrayList<>();
    private final int[] poolOfLayer;
    private final int[] indexInPool;
    private final StatePool states;

    /** An empty cache in F32. */
    public KvCache(List<CacheSpec> layers, int pageSize, int maxPages) {
        this(layers, KvType.F32, pageSize, maxPages);
    }

    /**
     * An empty cache.
     *
     * @param layers what each layer caches
     * @param type the type of keys and values
     * @param pageSize positions per page: up to 64, or a multiple of 64
     * @param maxPages the most pages of each pool, and the most states
     */
    public KvCache(List<CacheSpec> layers, KvType type, int pageSize, int maxPages) {
        this(layers, type, pageSize, _ -> maxPages, maxPages);
    }

    /**
     * An empty cache with pools of different sizes.
     *
     * @param maxPages the most pages of a pool, by its cache spec
     * @param maxStates the most states
     */
    public KvCache(
            List<CacheSpec> layers,
            KvType type,
            int pageSize,
            ToIntFunction<CacheSpec.PerToken> maxPages,
            int maxStates) {
        this(layers, type, pageSize, maxPages, maxStates, Arena.ofShared());
    }

    /** A cache in F32 that need not be closed: its memory is freed when it is no longer reachable. */
    public static KvCache ofScratch(List<CacheSpec> layers, int pageSize, int maxPages) {
        return new KvCache(layers, KvType.F32, pageSize, _ -> maxPages, maxPages, Arena.ofAuto());
    }

    /** The same in an arena's memory, which is freed with the arena. */
    KvCache(
            List<CacheSpec> layers,
            KvType type,
            int pageSize,
            ToIntFunction<CacheSpec.PerToken> maxPages,
            int maxStates,
            Arena arena) {
        this.arena = arena;
        if (pageSize < 1 || (pageSize > PANEL && pageSize % PANEL != 0)) {
            throw new IllegalArgumentException(
                    "pages of " + pageSize + " positions, expected 1 to " + PANEL + " or a multiple of " + PANEL);
        }
        this.type = type;
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
                case CacheSpec.PerSequence _, CacheSpec.None _ -> poolOfLayer[layer] = -1;
            }
        }
        states = new StatePool(
                arena, layers.stream().mapToLong(CacheSpec::stateElements).toArray(), maxStates);
        bySpec.forEach((spec, pool) -> pools.add(new Pool(spec, layersOfPool.get(pool), maxPages.applyAsInt(spec))));
    }

    public KvType type() {
        return type;
    }

    public int pageSize() {
        return pageSize;
    }

    /** Positions per panel; a page is a whole number of panels. */
    public int panel() {
        return Math.min(PANEL, pageSize);
    }

    /** The layout of a head's keys in a layer's panels. Always the same object. */
    public KvLayout keys(int layer) {
        return pools.get(poolOfLayer[layer]).keys;
    }

    /**
     * The layout of a head's values in a layer's panels; the keys' layout if values are the beginning of the keys.
     * Always the same object.
     */
    public KvLayout values(int layer) {
        return pools.get(poolOfLayer[layer]).values;
    }

    /** The number of pools. */
    public int pools() {
        return pools.size();
    }

    /** What the layers of a pool cache. */
    public CacheSpec.PerToken spec(int pool) {
        return pools.get(pool).spec;
    }

    /** The pool of a layer; the owner's for a layer that borrows; -1 for one without a cache per token. */
    public int poolOf(int layer) {
        return poolOfLayer[layer];
    }

    /** Bytes per token in a layer. */
    public static long bytesPerToken(CacheSpec spec, KvType type) {
        return switch (spec) {
            case CacheSpec.PerToken(var heads, var key, var value, var _) ->
                Math.multiplyExact(Math.addExact(type.bytes(key), type.bytes(value)), (long) heads);
            case CacheSpec.PerSequence _, CacheSpec.Borrowed _, CacheSpec.None _ -> 0;
        };
    }

    /** Bytes for a sequence of that many tokens, including states: windows and chunks stop growing when full. */
    public static long bytesHeld(List<CacheSpec> layers, KvType type, long tokens) {
        long bytes = 0;
        for (var layer : layers) {
            bytes = Math.addExact(
                    bytes,
                    switch (layer) {
                        case CacheSpec.PerToken kept ->
                            Math.multiplyExact(
                                    bytesPerToken(kept, type), kept.reach().keptOf(tokens));
                        case CacheSpec.PerSequence(var elements) -> DType.F32.bytes(elements);
                        case CacheSpec.Borrowed _, CacheSpec.None _ -> 0;
                    });
        }
        return bytes;
    }

    /** Pages of a pool that can still be taken. */
    public int available(int pool) {
        return pools.get(pool).maxPages - pools.get(pool).used;
    }

    /** Bytes that have been allocated so far. */
    public long bytes() {
        return states.bytes()
                + pools.stream()
                        .mapToLong(pool -> pool.slabs.size() * pool.slabBytes())
                        .sum();
    }

    /** Whether any layer has a state per sequence. */
    public boolean keepsStates() {
        return states.present();
    }

    /** States that can still be taken. */
    public int availableStates() {
        return states.available();
    }

    /** Bytes of a state, all layers together. */
    public long stateBytes() {
        return states.slotBytes();
    }

    /**
     * Takes a slot for the states of one sequence, for all layers; its content is undefined.
     *
     * @throws IllegalStateException when all are taken: callers check {@link #availableStates} first
     */
    public int takeState() {
        return states.take();
    }

    /** Frees a slot. */
    public void giveState(int slot) {
        states.give(slot);
    }

    /** Resets a slot to the state before the first token: zeros. */
    public void clearState(int slot) {
        states.clear(slot);
    }

    /** Copies the states of all layers. */
    public void copyState(int from, int to) {
        states.copy(from, to);
    }

    /** A layer's part of a state, in F32. Always the same object. */
    public MemorySegment state(int layer, int slot) {
        return states.of(layer, slot);
    }

    /**
     * Takes a page of a pool.
     *
     * @throws IllegalStateException when all are taken: callers check {@link #available} first
     */
    public int take(int pool) {
        return pools.get(pool).take();
    }

    /** Frees a page. */
    public void give(int pool, int page) {
        pools.get(pool).give(page);
    }

    /** Copies a page of a pool, for all layers. */
    public void copyPage(int pool, int from, int to) {
        pools.get(pool).copy(from, to);
    }

    /** The memory that contains a page. */
    public MemorySegment slab(int layer, int page) {
        var pool = pools.get(poolOfLayer[layer]);
        return pool.slabs.get(page / pool.pagesPerSlab);
    }

    /** Where the layer's part of the page starts within its slab, in bytes. */
    public long base(int layer, int page) {
        var pool = pools.get(poolOfLayer[layer]);
        return ((long) (page % pool.pagesPerSlab) * pool.layers + indexInPool[layer]) * pool.layerBytes;
    }

    /** Bytes of a layer's part of a page. */
    public long layerBytes(int layer) {
        return pools.get(poolOfLayer[layer]).layerBytes;
    }

    /** Where the panel with a slot's keys starts, for a layer's head, in bytes after the page's {@link #base}. */
    public long keyPanel(int layer, int head, int slot) {
        return panelsBefore(head, slot) * pools.get(poolOfLayer[layer]).keys.bytes();
    }

    /** The same for values; if they have no memory of their own, they are the beginning of the keys. */
    public long valuePanel(int layer, int head, int slot) {
        var pool = pools.get(poolOfLayer[layer]);
        long keys = pool.spec.value() > 0 ? panelsBefore(pool.spec.heads(), 0) * pool.keys.bytes() : 0;
        return keys + panelsBefore(head, slot) * pool.values.bytes();
    }

    /** Panels of a page before a head's slot. */
    private long panelsBefore(int head, int slot) {
        return (long) head * (pageSize / panel()) + slot / panel();
    }

    @Override
    public void close() {
        arena.close();
    }

    private final class Pool {
        private final CacheSpec.PerToken spec;
        private final int layers;
        private final int maxPages;
        private final long layerBytes;
        private final int pagesPerSlab;
        private final List<MemorySegment> slabs = new ArrayList<>();
        private int[] free = new int[16];
        private int freeCount;
        private int made;
        private int used;
        private final KvLayout keys;
        private final KvLayout values;

        Pool(CacheSpec.PerToken spec, int layers, int maxPages) {
            if (maxPages < 1) {
                throw new IllegalArgumentException(maxPages + " pages, expected at least one");
            }
            this.spec = spec;
            this.layers = layers;
            this.maxPages = maxPages;
            boolean separate = spec.value() > 0;
            keys = new KvLayout(type, separate, spec.key(), panel());
            values = separate ? new KvLayout(type, false, spec.value(), panel()) : keys;
            layerBytes = Math.multiplyExact(bytesPerToken(spec, type), (long) pageSize);
            long pageBytes = Math.multiplyExact(layerBytes, layers);
            pagesPerSlab = (int) Math.clamp(SLAB_BYTES / Math.max(1, pageBytes), 1, maxPages);
        }

        long slabBytes() {
            return Math.multiplyExact(layerBytes * layers, (long) pagesPerSlab);
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
                slabs.add(arena.allocate(slabBytes() + READ_BEYOND, Tensor.ALIGNMENT));
            }
            return made++;
        }

        void copy(int from, int to) {
            long bytes = layerBytes * layers;
            MemorySegment.copy(
                    slabs.get(from / pagesPerSlab),
                    from % pagesPerSlab * bytes,
                    slabs.get(to / pagesPerSlab),
                    to % pagesPerSlab * bytes,
                    bytes);
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
