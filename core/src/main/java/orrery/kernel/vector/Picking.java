package orrery.kernel.vector;

import orrery.kernel.Crew;

/** Copies rows by index. */
final class Picking extends RowTask {
    private long out;
    private long x;
    private int[] indices = {};
    private int columns;

    Picking(Crew pool) {
        super(pool);
    }

    /** {@code out[i] = x[indices[i]]}. */
    void gatherRows(long result, long from, int[] wanted, int count, int width) {
        out = result;
        x = from;
        indices = wanted;
        columns = width;
        share(count, width);
    }

    @Override
    void rows(int from, int to) {
        for (int i = from; i < to; i++) {
            OffHeap.copy(x + 4L * indices[i] * columns, out + 4L * i * columns, columns);
        }
    }
}
