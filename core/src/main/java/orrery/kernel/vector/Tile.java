package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;

/**
 * {@code C = X W} or {@code C += X W}, a few rows by a few vectors at a time, with the sums in registers: a row of
 * {@code W} is loaded once for up to six rows of {@code X}, whose elements are broadcast. {@code X} is
 * {@code [rows, depth]}, {@code W} is {@code [depth, columns]}. All in float; strides in bytes; the number of columns
 * is a multiple of {@link Lanes#COUNT}.
 */
final class Tile {
    private static final int MOST_ROWS = 6;

    /** The size of {@code sums} in floats. */
    static final int SUMS = MOST_ROWS * Lanes.PANEL;

    private Tile() {}

    /**
     * Multiplies.
     *
     * @param adding whether to add to {@code c}
     * @param sums scratch of {@link #SUMS} floats
     */
    static void multiply(
            long c,
            long cStride,
            long x,
            long xStride,
            long w,
            long wStride,
            int rows,
            int columns,
            int depth,
            boolean adding,
            float[] sums) {
        for (int r = 0; r < rows; ) {
            int taken = rows(rows - r);
            for (int column = 0; column < columns; ) {
                int vectors = vectors((columns - column) / Lanes.COUNT);
                long at = 4L * column;
                if (taken == 4 && vectors == 4) {
                    long first = x + r * xStride;
                    long third = first + 2 * xStride;
                    WideTile.tile4x4(first, first + xStride, third, third + xStride, w + at, wStride, depth, sums);
                } else if (taken > 3) {
                    six(x + r * xStride, xStride, w + at, wStride, taken, vectors, depth, sums);
                } else {
                    three(x + r * xStride, xStride, w + at, wStride, taken, vectors, depth, sums);
                }
                store(c + r * cStride + at, cStride, taken, vectors, adding, sums);
                column += vectors * Lanes.COUNT;
            }
            r += taken;
        }
    }

    /** Rows per step for {@code left} remaining rows, chosen so that few rows have to be duplicated. */
    private static int rows(int left) {
        return left == 4 || left == 7 || left == 8 ? 4 : Math.min(MOST_ROWS, left);
    }

    /** Vectors per step for {@code left} remaining ones. */
    private static int vectors(int left) {
        return left >= Lanes.TILE_VECTORS ? Lanes.TILE_VECTORS : left >= 2 ? 2 : 1;
    }

    // If there are fewer rows than a loop takes, the last one is used for the missing ones.
    private static void six(
            long x, long xStride, long w, long wStride, int rows, int vectors, int depth, float[] sums) {
        long x1 = x + xStride;
        long x2 = x1 + xStride;
        long x3 = x2 + xStride;
        long x4 = x + Math.min(4, rows - 1) * xStride;
        long x5 = x + Math.min(5, rows - 1) * xStride;
        if (vectors == 4) {
            WideTile.tile6x4(x, x1, x2, x3, x4, x5, w, wStride, depth, sums);
        } else if (vectors == 2) {
            NarrowTile.tile6x2(x, x1, x2, x3, x4, x5, w, wStride, depth, sums);
        } else {
            NarrowTile.tile6x1(x, x1, x2, x3, x4, x5, w, wStride, depth, sums);
        }
    }

    private static void three(
            long x, long xStride, long w, long wStride, int rows, int vectors, int depth, float[] sums) {
        long x1 = x + Math.min(1, rows - 1) * xStride;
        long x2 = x + Math.min(2, rows - 1) * xStride;
        if (vectors == 4) {
            WideTile.tile3x4(x, x1, x2, w, wStride, depth, sums);
        } else if (vectors == 2) {
            NarrowTile.tile3x2(x, x1, x2, w, wStride, depth, sums);
        } else {
            NarrowTile.tile3x1(x, x1, x2, w, wStride, depth, sums);
        }
    }

    static void store(long c, long cStride, int rows, int vectors, boolean adding, float[] sums) {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                long at = c + r * cStride + v * Lanes.BYTES;
                var sum = FloatVector.fromArray(FLOATS, sums, (r * vectors + v) * Lanes.COUNT);
                if (adding) {
                    sum.add(FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE))
                            .intoMemorySegment(ALL, at, LITTLE);
                } else {
                    sum.intoMemorySegment(ALL, at, LITTLE);
                }
            }
        }
    }
}
