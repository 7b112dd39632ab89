package orrery.lab.tape;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.tensor.Tensor;

/**
 * Which of the tape's keys and values lies in which slot of a cache now. Slots are found by where they lie in memory,
 * so that a layer that borrows another's cache finds the other's.
 */
final class CachedPast {
    private final Map<Long, Page> pages = new HashMap<>();

    /**
     * Keys and values of one operation, as they were stored, and their gradients.
     *
     * @param value the same tensor as {@code key} where a value is the beginning of its key, and its gradient likewise
     */
    record Kept(Tensor key, Tensor value, Tensor keyGradient, Tensor valueGradient) {}

    /** A page of one layer. */
    private record Page(@Nullable Kept[] kept, int[] rows) {}

    /** The keys and values of consecutive positions from {@code from} on: a row of what was kept for each. */
    record Run(int from, Kept[] kept, int[] rows) {
        int count() {
            return rows.length;
        }
    }

    /** Forgets everything. */
    void clear() {
        pages.clear();
    }

    private static long address(KvCache cache, int layer, int page) {
        return cache.slab(layer, page).address() + cache.base(layer, page);
    }

    /** Says that a step's rows were stored. */
    void store(Kept kept, KvCache cache, int layer, Step step) {
        int pool = cache.poolOf(layer);
        int size = cache.pageSize();
        for (int r = 0; r < step.rows(); r++) {
            int position = step.positions()[r];
            int number = step.pages(r, pool).page(position / size);
            var page = pages.computeIfAbsent(
                    address(cache, layer, number), _ -> new Page(new @Nullable Kept[size], new int[size]));
            page.kept[position % size] = kept;
            page.rows[position % size] = r;
        }
    }

    /**
     * What lies at the positions {@code from} to {@code last} of a sequence.
     *
     * @throws TapeException if one of them was stored before the tape began
     */
    Run run(KvCache cache, int layer, PageTable table, int from, int last) {
        int size = cache.pageSize();
        var kept = new Kept[last - from + 1];
        var rows = new int[kept.length];
        for (int position = from; position <= last; position++) {
            int number = table.page(position / size);
            var page = number == PageTable.ABSENT ? null : pages.get(address(cache, layer, number));
            var found = page == null ? null : page.kept[position % size];
            if (page == null || found == null) {
                throw new TapeException("attention of layer " + layer + " reads position " + position
                        + ", which is not on the tape; expected sequences from their first position on");
            }
            kept[position - from] = found;
            rows[position - from] = page.rows[position % size];
        }
        return new Run(from, kept, rows);
    }
}
