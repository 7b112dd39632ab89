package orrery.kernel.vector;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Attention;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;

/** Where the keys and values of one layer lie, by absolute address. The one place that turns a page table into addresses, and checks them. */
final class Slots {
    private @Nullable KvCache cache;
    private int layer;
    private int pool;
    private int pageSize;
    private int keySize;
    private int valueSize;
    private long values;
    private long pageFloats;

    void of(KvCache memory, int owner, Attention attention) {
        cache = memory;
        layer = owner;
        pool = memory.poolOf(owner);
        pageSize = memory.pageSize();
        keySize = attention.heads().size();
        var spec = memory.spec(pool);
        // Where values have no room of their own they are the beginning of the key.
        valueSize = spec.value() > 0 ? attention.valueSize() : keySize;
        values = spec.value() > 0 ? memory.valuesAt(owner) : 0;
        pageFloats = spec.elementsPerToken() * pageSize;
    }

    /** Whether values have room of their own. */
    boolean separate() {
        return values > 0;
    }

    /** Bytes from one position's value to the next one's on the same page. */
    long valueStride() {
        return 4L * valueSize;
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
        if (base < 0 || 4 * (base + pageFloats) > slab.byteSize()) {
            throw new IllegalArgumentException("page " + page + " of position " + position + " lies outside the cache");
        }
        return Memory.address(slab) + 4 * base;
    }

    /** Addresses of {@code count} positions' keys and values in one head, from {@code position} on. */
    void find(PageTable table, int head, int position, int count, long[] keys, long[] valuesOf) {
        int i = 0;
        while (i < count) {
            long page = page(table, position + i);
            int slot = (position + i) % pageSize;
            int run = Math.min(pageSize - slot, count - i);
            long key = page + 4L * ((long) head * pageSize + slot) * keySize;
            long value = page + 4L * (values + ((long) head * pageSize + slot) * valueSize);
            for (int j = 0; j < run; j++) {
                keys[i + j] = key + 4L * j * keySize;
                valuesOf[i + j] = value + 4L * j * valueSize;
            }
            i += run;
        }
    }

    /** Writes one row's key, and its value where values have room of their own, to its slot in every head. */
    void write(PageTable table, int position, int heads, long key, long value) {
        long page = page(table, position);
        int slot = position % pageSize;
        for (int h = 0; h < heads; h++) {
            long at = (long) h * pageSize + slot;
            Memory.copy(key + 4L * h * keySize, page + 4L * at * keySize, keySize);
            if (values > 0) {
                Memory.copy(value + 4L * h * valueSize, page + 4L * (values + at * valueSize), valueSize);
            }
        }
    }
}
