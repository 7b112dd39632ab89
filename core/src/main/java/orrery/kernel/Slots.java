package orrery.kernel;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import orrery.tensor.KvType;

/**
 * The absolute addresses of one layer's keys and values. The only code that converts page tables to addresses, and
 * checks them.
 */
public final class Slots {
    private @Nullable KvCache cache;
    private KvLayout keys = new KvLayout(KvType.F32, true, 0, 1);
    private KvLayout values = keys;
    private boolean separate;
    private int layer;
    private int pool;
    private int pageSize;
    private int panel;
    private long keyHeadBytes;
    private long valueHeadBytes;
    private long valuesAt;
    private long pageBytes;

    /** Selects a layer of a cache. */
    public void of(KvCache memory, int owner) {
        cache = memory;
        layer = owner;
        pool = memory.poolOf(owner);
        pageSize = memory.pageSize();
        panel = memory.panel();
        keys = memory.keys(owner);
        values = memory.values(owner);
        separate = memory.spec(pool).value() > 0;
        keyHeadBytes = keys.bytes() * (pageSize / panel);
        valueHeadBytes = values.bytes() * (pageSize / panel);
        valuesAt = memory.valuePanel(owner, 0, 0);
        pageBytes = memory.layerBytes(owner);
    }

    /** Whether values have memory of their own. */
    public boolean separate() {
        return separate;
    }

    /** Positions per panel. */
    public int panel() {
        return panel;
    }

    /** Positions per page. */
    public int pageSize() {
        return pageSize;
    }

    /** The keys' layout. */
    public KvLayout keys() {
        return keys;
    }

    /** The values' layout; the keys' layout if values are the beginning of the keys. */
    public KvLayout values() {
        return values;
    }

    /** The page table of a row's sequence. */
    public PageTable table(Step step, int row) {
        return step.pages(row, pool);
    }

    /** The address of the layer's part of that position's page. */
    private long page(PageTable table, int position) {
        int page = table.page(position / pageSize);
        if (page < 0) {
            throw new IllegalArgumentException("position " + position + " is in reach, but its page was freed");
        }
        var memory = Objects.requireNonNull(cache);
        var slab = memory.slab(layer, page);
        long base = memory.base(layer, page);
        if (base < 0 || base + pageBytes > slab.byteSize()) {
            throw new IllegalArgumentException("page " + page + " of position " + position + " lies outside the cache");
        }
        if (!slab.isNative() || !slab.scope().isAlive()) {
            throw new IllegalStateException("the cache was used after it was closed");
        }
        return slab.address() + base;
    }

    /** Bytes from a head's keys to the next head's in a page. */
    public long keyHeadBytes() {
        return keyHeadBytes;
    }

    /** Bytes from a head's values to the next head's in a page. */
    public long valueHeadBytes() {
        return valueHeadBytes;
    }

    /** The panel of a head's keys with that position. */
    public long keys(PageTable table, int head, int position) {
        return page(table, position) + head * keyHeadBytes + position % pageSize / panel * keys.bytes();
    }

    /** The panel of a head's values with that position. */
    public long values(PageTable table, int head, int position) {
        return page(table, position) + valuesAt + head * valueHeadBytes + position % pageSize / panel * values.bytes();
    }
}
