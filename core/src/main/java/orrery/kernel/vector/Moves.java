package orrery.kernel.vector;

import orrery.kernel.Crew;

/** Copies parts of rows: {@code out[r, h * outStride + i] = x[rows[r], h * xStride + i]}. */
final class Moves extends RowTask {
    private static final int[] IN_ORDER = {};

    private int[] indices = IN_ORDER;
    private int first;
    private long out;
    private long outColumns;
    private long outStride;
    private long x;
    private long xColumns;
    private long xStride;
    private int heads;
    private int size;

    Moves(Crew pool) {
        super(pool);
    }

    /** Whole rows, chosen by indices from {@code from} on. */
    void gather(long to, long source, int[] rowIndices, int from, int count, int width) {
        indices = rowIndices;
        first = from;
        place(to, width, 0, source, width, 0, 1, width, count);
        indices = IN_ORDER;
        first = 0;
    }

    /** The same part of every head of every row; widths and strides in elements. */
    void place(
            long to, long toWidth, long toStride, long source, long width, long stride, int count, int part, int rows) {
        out = to;
        outColumns = toWidth;
        outStride = toStride;
        x = source;
        xColumns = width;
        xStride = stride;
        heads = count;
        size = part;
        share(rows, (long) heads * size);
    }

    @Override
    void rows(int from, int to) {
        var rowOf = indices;
        for (int r = from; r < to; r++) {
            long source = rowOf.length == 0 ? r : rowOf[first + r];
            for (int h = 0; h < heads; h++) {
                OffHeap.copy(
                        x + 4 * (source * xColumns + h * xStride), out + 4 * (r * outColumns + h * outStride), size);
            }
        }
    }
}
