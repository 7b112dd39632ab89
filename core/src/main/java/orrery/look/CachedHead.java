package orrery.look;

import orrery.kernel.KvCache;
import orrery.kernel.KvLayout;
import orrery.kernel.PageTable;

/**
 * One KV head of a layer in the cache of one sequence, read element by element as the scalar kernels read it.
 *
 * @param pages the sequence's page tables, one per pool
 */
record CachedHead(KvCache cache, PageTable[] pages, int layer, int head) {

    /** The key of a position, as floats. */
    float[] key(int position) {
        return row(cache.keys(layer), position, cache.keyPanel(layer, head, position % cache.pageSize()));
    }

    /** The value of a position, as floats; of latent attention the whole key, which begins with the value. */
    float[] value(int position) {
        return row(cache.values(layer), position, cache.valuePanel(layer, head, position % cache.pageSize()));
    }

    private float[] row(KvLayout layout, int position, long panel) {
        int page = pages[cache.poolOf(layer)].page(position / cache.pageSize());
        int slot = position % cache.pageSize() % layout.panel();
        var slab = cache.slab(layer, page);
        long at = cache.base(layer, page) + panel;
        var row = new float[layout.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = layout.element(slab, at, slot, i);
        }
        return row;
    }
}
