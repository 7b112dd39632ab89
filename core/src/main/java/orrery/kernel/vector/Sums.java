package orrery.kernel.vector;

import orrery.kernel.Crew;

/** {@code x[r] += y[r]}, where {@code y} may be one row for all; and other operations on a row in one pass. */
final class Sums extends RowTask {
    private long x;
    private long y;
    private long yStride;
    private int columns;

    Sums(Crew pool) {
        super(pool);
    }

    /** {@code x += y}. */
    void add(long target, long other, int rows, int width) {
        start(target, other, 4L * width, rows, width);
    }

    /** {@code x[r] += y[0]}. */
    void addToEach(long target, long row, int rows, int width) {
        start(target, row, 0, rows, width);
    }

    private void start(long target, long other, long stride, int rows, int width) {
        x = target;
        y = other;
        yStride = stride;
        columns = width;
        share(rows, width);
    }

    @Override
    void rows(int from, int to) {
        for (int r = from; r < to; r++) {
            row(x + 4L * r * columns, y + r * yStride, columns);
        }
    }

    /** {@code x += y}. */
    static void row(long x, long y, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(x + 4L * i, OffHeap.floats(x + 4L * i).add(OffHeap.floats(y + 4L * i)));
        }
        for (; i < length; i++) {
            OffHeap.set(x + 4L * i, OffHeap.get(x + 4L * i) + OffHeap.get(y + 4L * i));
        }
    }

    /** {@code x *= factor}. */
    static void scale(long x, float factor, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(x + 4L * i, OffHeap.floats(x + 4L * i).mul(factor));
        }
        for (; i < length; i++) {
            OffHeap.set(x + 4L * i, OffHeap.get(x + 4L * i) * factor);
        }
    }

    /** {@code to = from * factor}. */
    static void scaled(long to, long from, float factor, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(to + 4L * i, OffHeap.floats(from + 4L * i).mul(factor));
        }
        for (; i < length; i++) {
            OffHeap.set(to + 4L * i, OffHeap.get(from + 4L * i) * factor);
        }
    }

    /** {@code to = x * y}. */
    static void product(long to, long x, long y, int length) {
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(to + 4L * i, OffHeap.floats(x + 4L * i).mul(OffHeap.floats(y + 4L * i)));
        }
        for (; i < length; i++) {
            OffHeap.set(to + 4L * i, OffHeap.get(x + 4L * i) * OffHeap.get(y + 4L * i));
        }
    }
}
