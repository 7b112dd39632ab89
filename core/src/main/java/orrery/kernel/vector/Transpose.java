package orrery.kernel.vector;

import jdk.incubator.vector.IntVector;

/**
 * Transposes {@link Lanes#COUNT} runs of floats at any addresses into columns: one square at a time, by exchanging
 * halves, then quarters and so on between pairs of rows, two exchanges for each pass through a small scratch.
 */
final class Transpose {
    private static final int COUNT = Lanes.COUNT;
    // Lanes of the first and second results of an exchange over a distance: indices into two concatenated vectors.
    static final IntVector LOWER_HALF = lower(COUNT / 2);
    static final IntVector UPPER_HALF = upper(COUNT / 2);
    static final IntVector LOWER_QUARTER = lower(COUNT / 4);
    static final IntVector UPPER_QUARTER = upper(COUNT / 4);
    static final IntVector LOWER_PAIR = lower(2);
    static final IntVector UPPER_PAIR = upper(2);
    static final IntVector LOWER_ONE = lower(1);
    static final IntVector UPPER_ONE = upper(1);

    /** Bytes of scratch for a transposition. */
    static final long SCRATCH = COUNT * Lanes.BYTES;

    private Transpose() {}

    private static IntVector lower(int distance) {
        var lanes = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            lanes[i] = (i & distance) == 0 ? i : COUNT + i - distance;
        }
        return IntVector.fromArray(Lanes.INTS, lanes, 0);
    }

    private static IntVector upper(int distance) {
        var lanes = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            lanes[i] = (i & distance) == 0 ? i + distance : COUNT + i;
        }
        return IntVector.fromArray(Lanes.INTS, lanes, 0);
    }

    /**
     * {@code to[i * stride + j] = rows[first + j][i]} for every lane {@code j} and {@code i < length}.
     *
     * @param rows addresses of the runs
     * @param to address of the first column; memory beside the columns is not changed
     * @param stride bytes from one row of the result to the next
     */
    static void columns(long[] rows, int first, int length, long to, long stride, long scratch) {
        int i = 0;
        for (; i <= length - COUNT; i += COUNT) {
            square(rows, first, 4L * i, to + i * stride, stride, scratch);
        }
        for (; i < length; i++) {
            for (int j = 0; j < COUNT; j++) {
                OffHeap.set(to + i * stride + 4L * j, OffHeap.get(rows[first + j] + 4L * i));
            }
        }
    }

    private static void square(long[] rows, int first, long from, long to, long stride, long scratch) {
        int quarter = COUNT / 4;
        for (int r = 0; r < quarter; r++) {
            var a = OffHeap.ints(rows[first + r] + from);
            var b = OffHeap.ints(rows[first + r + quarter] + from);
            var c = OffHeap.ints(rows[first + r + 2 * quarter] + from);
            var d = OffHeap.ints(rows[first + r + 3 * quarter] + from);
            var e = LOWER_HALF.selectFrom(a, c);
            var g = UPPER_HALF.selectFrom(a, c);
            var f = LOWER_HALF.selectFrom(b, d);
            var h = UPPER_HALF.selectFrom(b, d);
            long at = scratch + r * Lanes.BYTES;
            long step = quarter * Lanes.BYTES;
            OffHeap.set(at, LOWER_QUARTER.selectFrom(e, f));
            OffHeap.set(at + step, UPPER_QUARTER.selectFrom(e, f));
            OffHeap.set(at + 2 * step, LOWER_QUARTER.selectFrom(g, h));
            OffHeap.set(at + 3 * step, UPPER_QUARTER.selectFrom(g, h));
        }
        if (COUNT == 16) {
            pairsAndOnes(to, stride, scratch);
        } else if (COUNT == 8) {
            ones(to, stride, scratch);
        } else {
            for (int r = 0; r < COUNT; r++) {
                OffHeap.set(to + r * stride, OffHeap.ints(scratch + r * Lanes.BYTES));
            }
        }
    }

    private static void pairsAndOnes(long to, long stride, long scratch) {
        for (int r = 0; r < COUNT; r += 4) {
            long at = scratch + r * Lanes.BYTES;
            var a = OffHeap.ints(at);
            var b = OffHeap.ints(at + Lanes.BYTES);
            var c = OffHeap.ints(at + 2 * Lanes.BYTES);
            var d = OffHeap.ints(at + 3 * Lanes.BYTES);
            var e = LOWER_PAIR.selectFrom(a, c);
            var g = UPPER_PAIR.selectFrom(a, c);
            var f = LOWER_PAIR.selectFrom(b, d);
            var h = UPPER_PAIR.selectFrom(b, d);
            long result = to + r * stride;
            OffHeap.set(result, LOWER_ONE.selectFrom(e, f));
            OffHeap.set(result + stride, UPPER_ONE.selectFrom(e, f));
            OffHeap.set(result + 2 * stride, LOWER_ONE.selectFrom(g, h));
            OffHeap.set(result + 3 * stride, UPPER_ONE.selectFrom(g, h));
        }
    }

    private static void ones(long to, long stride, long scratch) {
        for (int r = 0; r < COUNT; r += 2) {
            long at = scratch + r * Lanes.BYTES;
            var a = OffHeap.ints(at);
            var b = OffHeap.ints(at + Lanes.BYTES);
            OffHeap.set(to + r * stride, LOWER_ONE.selectFrom(a, b));
            OffHeap.set(to + (r + 1) * stride, UPPER_ONE.selectFrom(a, b));
        }
    }
}
