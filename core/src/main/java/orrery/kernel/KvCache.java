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
 * Page memory for what layers remember: one pool for each distinct {@link CacheSpec}, since layers that remember
 * different things free them at different times. A page holds {@link #pageSize} positions of every layer of its pool.
 * The cache knows slots, not owners; who owns a page is written in {@link PageTable}s.
 *
 * <p>Within a page, a layer has all its keys, then all its values, one head after another, so that one head's past is
 * one stream of memory. A head is a sequence of panels of {@link #panel} positions; {@link KvLayout} says how these lie
 * in a panel.
 *
 * <p>Layers that keep a state for each sequence ({@link CacheSpec.PerSequence}) have no pages: the states of all of
 * them lie in one slot, of which a sequence takes one, and others for copies of it at the positions where another
 * sequence may go on.
 *
 * <p>Memory grows by slabs as pages are taken, up to the limit. Not thread-safe: one thread owns it.
 */
public final class KvCache implements AutoCloseable {
    /**
     * Positions per page by default: enough for a long run of memory, little to waste at a sequence's
     * end.
     */
    public static final int DEFAULT_PAGE_SIZE = 256;

    /** Positions of a panel where pages have as many: what a product takes side by side with the widest vectors. */
    private static final int PANEL = 64;

    private static final long SLAB_BYTES = 8L << 20;

    /** Room behind a slab that belongs to it: kernels read whole vectors, and drop what is beyond a row or a panel. */
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
     * @param layers what each layer remembers
     * @param type in what it is kept
     * @param pageSize positions a page: up to 64, or a multiple of 64
     * @param maxPages pages that a pool may hold at most, and states; one value for all
     */
    public KvCache(List<CacheSpec> layers, KvType type, int pageSize, int maxPages) {
        this(layers, type, pageSize, _ -> maxPages, maxPages);
    }

    /**
     * An empty cache whose pools differ in size.
     *
     * @param maxPages pages that a pool may hold at most, by what its layers remember
     * @param maxStates states at most
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

    /** The same with memory of an arena, which is closed with it. */
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

    /** Positions of a panel, of which a page is a whole number. */
    public int panel() {
        return Math.min(PANEL, pageSize);
    }

    /** How a head's keys lie in a layer's panels. Always the same object. */
    public KvLayout keys(int layer) {
        return pools.get(poolOfLayer[layer]).keys;
    }

    /**
     * How a head's values lie in a layer's panels: as the keys do that they are the beginning of, where they have no
     * room of their own. Always the same object.
     */
    public KvLayout values(int layer) {
        return pools.get(poolOfLayer[layer]).values;
    }

    /** How many pools there are. */
    public int pools() {
        return pools.size();
    }

    /** What the layers of a pool remember. */
    public CacheSpec.PerToken spec(int pool) {
        return pools.get(pool).spec;
    }

    /** The pool of a layer, the lender's for a layer that borrows; -1 for one that keeps nothing of each token. */
    public int poolOf(int layer) {
        return poolOfLayer[layer];
    }

    /** Bytes that one token adds to a layer. */
    public static long bytesPerToken(CacheSpec spec, KvType type) {
        return switch (spec) {
            case CacheSpec.PerToken(var heads, var key, var value, var _) ->
                Math.multiplyExact(Math.addExact(type.bytes(key), type.bytes(value)), (long) heads);
            case CacheSpec.PerSequence _, CacheSpec.Borrowed _, CacheSpec.None _ -> 0;
        };
    }

    /**
     * Bytes that layers hold of a sequence of that many tokens, states included: windows and chunks stop growing when
     * full.
     */
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

    /** Pages of a pool that could still be taken. */
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

    /** Whether any layer keeps a state for each sequence. */
    public boolean keepsStates() {
        return states.present();
    }

    /** States that could still be taken. */
    public int availableStates() {
        return states.available();
    }

    /** Bytes of a state, all layers together. */
    public long stateBytes() {
        return states.slotBytes();
    }

    /**
     * Takes a place for the states that all layers keep of one sequence; what is in it is not defined.
     *
     * @throws IllegalStateException when all are taken: callers check {@link #availableStates} first
     */
    public int takeState() {
        return states.take();
    }

    /** Gives it back. */
    public void giveState(int slot) {
        states.give(slot);
    }

    /** Makes it the state before the first token: zeros. */
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

    /** Gives a page back. */
    public void give(int pool, int page) {
        pools.get(pool).give(page);
    }

    /** Copies a page of a pool, all layers. */
    public void copyPage(int pool, int from, int to) {
        pools.get(pool).copy(from, to);
    }

    /** The memory that holds the given page. */
    public MemorySegment slab(int layer, int page) {
        var pool = pools.get(poolOfLayer[layer]);
        return pool.slabs.get(page / pool.pagesPerSlab);
    }

    /** Where the layer's part of the page begins within its slab, in bytes. */
    public long base(int layer, int page) {
        var pool = pools.get(poolOfLayer[layer]);
        return ((long) (page % pool.pagesPerSlab) * pool.layers + indexInPool[layer]) * pool.layerBytes;
    }

    /** Bytes of a layer's part of a page. */
    public long layerBytes(int layer) {
        return pools.get(poolOfLayer[layer]).layerBytes;
    }

    /**
     * Where a layer has the panel of a head's keys that holds the given slot of a page, in bytes after the page's
     * {@link #base}.
     */
    public long keyPanel(int layer, int head, int slot) {
        return panelsBefore(head, slot) * pools.get(poolOfLayer[layer]).keys.bytes();
    }

    /** The same for values: where they have no room of their own, they are the beginning of the keys. */
    public long valuePanel(int layer, int head, int slot) {
        var pool = pools.get(poolOfLayer[layer]);
        long keys = pool.spec.value() > 0 ? panelsBefore(pool.spec.heads(), 0) * pool.keys.bytes() : 0;
        return keys + panelsBefore(head, slot) * pool.values.bytes();
    }

    /** Panels of a page that lie before a head's slot. */
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
