package orrery.kernel.vector;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import orrery.kernel.KvCache;
import orrery.kernel.KvLayout;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.tensor.KvType;

/**
 * Where the keys and values of one layer lie, by absolute address. The one place that turns a page table into
 * addresses, and checks them.
 */
final class Slots {
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

    void of(KvCache memory, int owner) {
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

    /** Whether values have room of their own. */
    boolean separate() {
        return separate;
    }

    /** Positions of a panel. */
    int panel() {
        return panel;
    }

    /** Positions of a page. */
    int pageSize() {
        return pageSize;
    }

    KvLayout keys() {
        return keys;
    }

    /** How values lie: as the keys do that they are the beginning of, where they have no room of their own. */
    KvLayout values() {
        return values;
    }

    PageTable table(Step step, int row) {
        return step.pages(row, pool);
    }

    /** Where the layer's part of the page of that position begins. */
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
        return OffHeap.address(slab) + base;
    }

    /** The panel of a head's keys that holds that position. */
    long keys(PageTable table, int head, int position) {
        return page(table, position) + head * keyHeadBytes + position % pageSize / panel * keys.bytes();
    }

    /** The panel of a head's values that holds that position. */
    long values(PageTable table, int head, int position) {
        return page(table, position) + valuesAt + head * valueHeadBytes + position % pageSize / panel * values.bytes();
    }

    /** Writes one row's key, and its value where values have room of their own, to its slot in every head. */
    void write(PageTable table, int position, int heads, long key, long value) {
        int slot = position % pageSize % panel;
        for (int h = 0; h < heads; h++) {
            keys.write(OffHeap.ALL, keys(table, h, position), slot, OffHeap.ALL, key + 4L * h * keys.size());
            if (separate) {
                values.write(
                        OffHeap.ALL, values(table, h, position), slot, OffHeap.ALL, value + 4L * h * values.size());
            }
        }
    }
}
