package orrery.kernel.vector;

import orrery.kernel.Crew;

/**
 * {@code out[indices[first + i]] += y[i] * factors[first + i]}, shared out by columns: several rows may go to the same
 * one, always in the same order.
 */
final class ScatterSum implements Crew.Task {
    private static final long WORTH_SHARING = 64 << 10;

    private final Crew pool;
    private long out;
    private long y;
    private int[] indices = {};
    private float[] factors = {};
    private int first;
    private int count;
    private int columns;
    private int columnsPerPart;

    ScatterSum(Crew pool) {
        this.pool = pool;
    }

    void add(long to, long source, int[] rows, float[] weights, int from, int rowCount, int width) {
        out = to;
        y = source;
        indices = rows;
        factors = weights;
        first = from;
        count = rowCount;
        columns = width;
        columnsPerPart = Math.max(1, width);
        int parts = 1;
        if ((long) rowCount * width >= WORTH_SHARING && pool.workers() > 1) {
            // Whole cache lines apart, so that two workers never write the same one.
            columnsPerPart = Math.max(256, (width / pool.workers() + 63) / 64 * 64);
            parts = (width + columnsPerPart - 1) / columnsPerPart;
        }
        pool.run(this, parts);
    }

    @Override
    public void run(int part, int worker) {
        int from = part * columnsPerPart;
        int width = Math.min(columnsPerPart, columns - from);
        for (int i = 0; i < count; i++) {
            long to = out + 4 * ((long) indices[first + i] * columns + from);
            Blends.addScaled(to, y + 4 * ((long) i * columns + from), factors[first + i], width);
        }
    }
}
