package orrery.kernel.vector;

/**
 * {@code C = X W} or {@code C += X W}, a few rows by a few vectors at a time, the sums in registers: a row of {@code W} is loaded once for up to
 * six rows of {@code X}, whose elements are broadcast. {@code X} is {@code [rows, depth]}, {@code W} is {@code [depth, columns]}. All float; strides in
 * bytes; the columns a multiple of {@link Lanes#COUNT}.
 */
final class Tile {
    private Tile() {}

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
            boolean adding) {
        for (int r = 0; r < rows; ) {
            int left = rows - r;
            int taken = left <= 3 ? left : Math.min(6, left);
            band(c + r * cStride, cStride, x + r * xStride, xStride, w, wStride, taken, columns, depth, adding);
            r += taken;
        }
    }

    /**
     * Up to six rows. Where there are fewer than a loop takes, the last row stands in for the missing ones: it is computed more than once,
     * loaded before anything is stored, and stored with the same value each time.
     */
    private static void band(
            long c,
            long cStride,
            long x,
            long xStride,
            long w,
            long wStride,
            int rows,
            int columns,
            int depth,
            boolean adding) {
        long x1 = x + Math.min(1, rows - 1) * xStride;
        long x2 = x + Math.min(2, rows - 1) * xStride;
        long x3 = x + Math.min(3, rows - 1) * xStride;
        long x4 = x + Math.min(4, rows - 1) * xStride;
        long x5 = x + Math.min(5, rows - 1) * xStride;
        long c1 = c + Math.min(1, rows - 1) * cStride;
        long c2 = c + Math.min(2, rows - 1) * cStride;
        long c3 = c + Math.min(3, rows - 1) * cStride;
        long c4 = c + Math.min(4, rows - 1) * cStride;
        long c5 = c + Math.min(5, rows - 1) * cStride;
        int column = 0;
        while (column < columns) {
            int vectors = (columns - column) / Lanes.COUNT;
            long o = 4L * column;
            if (Lanes.TILE_VECTORS == 4 && vectors >= 4) {
                if (rows > 3) {
                    WideTile.tile6x4(
                            x, x1, x2, x3, x4, x5, c + o, c1 + o, c2 + o, c3 + o, c4 + o, c5 + o, w + o, wStride, depth,
                            adding);
                } else {
                    WideTile.tile3x4(x, x1, x2, c + o, c1 + o, c2 + o, w + o, wStride, depth, adding);
                }
                column += 4 * Lanes.COUNT;
            } else if (vectors >= 2) {
                if (rows > 3) {
                    NarrowTile.tile6x2(
                            x, x1, x2, x3, x4, x5, c + o, c1 + o, c2 + o, c3 + o, c4 + o, c5 + o, w + o, wStride, depth,
                            adding);
                } else {
                    NarrowTile.tile3x2(x, x1, x2, c + o, c1 + o, c2 + o, w + o, wStride, depth, adding);
                }
                column += 2 * Lanes.COUNT;
            } else {
                if (rows > 3) {
                    NarrowTile.tile6x1(
                            x, x1, x2, x3, x4, x5, c + o, c1 + o, c2 + o, c3 + o, c4 + o, c5 + o, w + o, wStride, depth,
                            adding);
                } else {
                    NarrowTile.tile3x1(x, x1, x2, c + o, c1 + o, c2 + o, w + o, wStride, depth, adding);
                }
                column += Lanes.COUNT;
            }
        }
    }
}
