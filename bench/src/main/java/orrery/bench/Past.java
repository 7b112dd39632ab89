package orrery.bench;

import java.util.Collections;
import java.util.List;
import orrery.kernel.Attention;
import orrery.kernel.Kernels;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.Tensor;

/** Sixteen layers' attention of the last rows of one sequence, with the heads of Llama 3.2 1B. */
final class Past implements AutoCloseable {
    private static final Heads HEADS = new Heads(32, 8, 64);
    private static final Attention ATTENTION = new Attention(HEADS, 64, Reach.FULL, 0.125f, 0);
    private static final int LAYERS = 16;

    private final Kernels kernels;
    private final KvCache cache;
    private final Step step;
    private final Tensor query;
    private final Tensor out;
    private final int context;
    private final int rows;

    Past(Kernels kernels, int context, int rows) {
        this.kernels = kernels;
        this.context = context;
        this.rows = rows;
        int width = HEADS.keyValue() * HEADS.size();
        var spec = new CacheSpec.PerToken(width, width, Reach.FULL);
        int pages = (context + KvCache.DEFAULT_PAGE_SIZE - 1) / KvCache.DEFAULT_PAGE_SIZE;
        cache = new KvCache(Collections.nCopies(LAYERS, spec), KvCache.DEFAULT_PAGE_SIZE, pages);
        var table = new PageTable();
        for (int i = 0; i < pages; i++) {
            int page = cache.take(0);
            table.append(page);
            // Touched, so that reading it reads memory and not the one page of zeros.
            for (int layer = 0; layer < LAYERS; layer++) {
                cache.slab(layer, page)
                        .asSlice(cache.base(layer, page), cache.layerBytes(layer))
                        .fill((byte) 0x3c);
            }
        }
        step = new Step(rows);
        int sequence = step.addSequence(new PageTable[] {table});
        for (int r = 0; r < rows; r++) {
            step.add(sequence, 0, context - rows + r, false);
        }
        query = kernels.allocate(rows, HEADS.query() * HEADS.size());
        out = kernels.allocate(rows, HEADS.query() * HEADS.size());
    }

    /** Bytes of keys and values that one run reads at least. */
    double bytes() {
        return (double) LAYERS * context * 2 * HEADS.keyValue() * HEADS.size() * Float.BYTES;
    }

    /** Float operations of the two products, positions that a row does not see not counted. */
    double operations() {
        double seen = (double) rows * (context - rows) + rows * (rows + 1.0) / 2;
        return LAYERS * seen * 4 * HEADS.query() * HEADS.size();
    }

    void run() {
        for (int layer : LAYERS_INDEX) {
            kernels.attend(out, query, cache, layer, ATTENTION, step);
        }
    }

    private static final List<Integer> LAYERS_INDEX =
            java.util.stream.IntStream.range(0, LAYERS).boxed().toList();

    @Override
    public void close() {
        cache.close();
    }
}
