package orrery.kernel.vector;

import orrery.kernel.KvLayout;

/**
 * {@link Tile} for a few queries and a panel in a smaller type: what is read only once is not first widened to floats
 * in memory. Gives the same bits as the other way. Use it only if {@link #takes} says so.
 */
final class StoredTile {
    private static final int ROWS = 4;
    /** For more queries, widening a panel to floats once pays off. */
    static final int MOST_QUERIES = 8;

    private StoredTile() {}

    /** Whether panels with that layout are whole tiles, and heads whole blocks. */
    static boolean takes(KvLayout layout) {
        int run = layout.columns() ? layout.panel() : layout.size();
        return Lanes.TILE_VECTORS == ROWS
                && run % Lanes.PANEL == 0
                && layout.panel() % Lanes.COUNT == 0
                && layout.size() % layout.type().blockElements() == 0;
    }

    /** Scale factors per panel. */
    static int factors(KvLayout layout) {
        return layout.panel() * (layout.size() / PanelFloats.BLOCK);
    }

    /**
     * {@code scores = queries panel}, for all positions of a panel of columns.
     *
     * @param factors scratch of {@link #factors} floats
     */
    static void score(
            KvLayout layout,
            long panel,
            long scores,
            long scoreStride,
            long query,
            int queries,
            long factors,
            float[] sums) {
        PanelFloats.factors(layout, panel, factors);
        int size = layout.size();
        int run = layout.panel();
        long queryStride = 4L * size;
        for (int q = 0; q < queries; q += ROWS) {
            int taken = Math.min(ROWS, queries - q);
            long x0 = query + q * queryStride;
            long x1 = x0 + Math.min(1, taken - 1) * queryStride;
            long x2 = x0 + Math.min(2, taken - 1) * queryStride;
            long x3 = x0 + Math.min(3, taken - 1) * queryStride;
            for (int column = 0; column < run; column += Lanes.PANEL) {
                switch (layout.type()) {
                    case F32 -> WideTile.tile4x4(x0, x1, x2, x3, panel + 4L * column, 4L * run, size, sums);
                    case F16 -> StoredLoops.halves(x0, x1, x2, x3, panel + 2L * column, 2L * run, size, sums);
                    case BF16 -> StoredLoops.brains(x0, x1, x2, x3, panel + 2L * column, 2L * run, size, sums);
                    case Q8 -> {
                        long from = factors + 4L * column;
                        int blocks = size / PanelFloats.BLOCK;
                        StoredLoops.stepColumns(x0, x1, x2, x3, panel + column, run, blocks, from, sums);
                    }
                }
                Tile.store(scores + q * scoreStride + 4L * column, scoreStride, taken, ROWS, false, sums);
            }
        }
    }

    /**
     * {@code mixed += weights panel}, for some positions of a panel of rows; also of the panels that follow it, if
     * there are no factors between them.
     *
     * @param slot the first of them, in the panel
     * @param weights those of the first of them
     * @param factors scratch of {@link #factors} floats
     */
    static void mix(
            KvLayout layout,
            long panel,
            int slot,
            int count,
            long mixed,
            long mixedStride,
            long weights,
            long weightStride,
            int queries,
            long factors,
            float[] sums) {
        PanelFloats.factors(layout, panel, factors);
        int size = layout.size();
        long factorStride = 4L * (size / PanelFloats.BLOCK);
        for (int q = 0; q < queries; q += ROWS) {
            int taken = Math.min(ROWS, queries - q);
            long x0 = weights + q * weightStride;
            long x1 = x0 + Math.min(1, taken - 1) * weightStride;
            long x2 = x0 + Math.min(2, taken - 1) * weightStride;
            long x3 = x0 + Math.min(3, taken - 1) * weightStride;
            for (int column = 0; column < size; column += Lanes.PANEL) {
                long at = (long) slot * size + column;
                switch (layout.type()) {
                    case F32 -> WideTile.tile4x4(x0, x1, x2, x3, panel + 4 * at, 4L * size, count, sums);
                    case F16 -> StoredLoops.halves(x0, x1, x2, x3, panel + 2 * at, 2L * size, count, sums);
                    case BF16 -> StoredLoops.brains(x0, x1, x2, x3, panel + 2 * at, 2L * size, count, sums);
                    case Q8 -> {
                        long from = factors + slot * factorStride + 4L * (column / PanelFloats.BLOCK);
                        StoredLoops.stepRows(x0, x1, x2, x3, panel + at, size, count, from, factorStride, sums);
                    }
                }
                Tile.store(mixed + q * mixedStride + 4L * column, mixedStride, taken, ROWS, true, sums);
            }
        }
    }
}
