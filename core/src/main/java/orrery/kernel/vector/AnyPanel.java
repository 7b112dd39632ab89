package orrery.kernel.vector;

import java.util.Arrays;
import orrery.tensor.Matrix;

/**
 * Many rows times one panel of outputs of any matrix, on one worker. The weights, with their block scales applied, are
 * widened to floats {@code [depth, outputs]} that stay in the second-level cache.
 */
final class AnyPanel {
    private static final int DEPTH = 1024;
    private static final int TILE_ROWS = 6;

    private final WorkerScratch scratch;
    private final long[][] runs;

    AnyPanel(WorkerScratch scratch, int workers) {
        this.scratch = scratch;
        runs = new long[workers][];
        Arrays.setAll(runs, _ -> Apart.longs(Lanes.COUNT));
    }

    /** Called before each parallel run: allocates a buffer per worker. */
    void begin() {
        long panels = 4L * DEPTH * (Lanes.PANEL + Lanes.COUNT) + 4L * TILE_ROWS * Lanes.PANEL;
        scratch.ensure(panels + Transpose.SCRATCH + Blocks.scratch(DEPTH));
    }

    /**
     * Outputs {@code first} to {@code first + columns}, at most {@link Lanes#PANEL} of them.
     *
     * @param xStride bytes from one row of activations to the next
     * @param outStride bytes from one row of results to the next
     */
    void multiply(
            Matrix matrix,
            long weight,
            long x,
            long xStride,
            long out,
            long outStride,
            int rows,
            int first,
            int columns,
            int worker) {
        int inputs = matrix.columns();
        int whole = (columns + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
        long panel = scratch.of(worker);
        long edge = panel + 4L * DEPTH * Lanes.PANEL;
        long stride = 4L * Lanes.PANEL;
        var sums = scratch.sums(worker);
        for (int k = 0; k < inputs || k == 0; k += DEPTH) {
            int deep = Math.min(DEPTH, inputs - k);
            fill(matrix, weight, first, columns, whole, k, deep, worker);
            long from = x + 4L * k;
            long to = out + 4L * first;
            if (whole == columns) {
                Tile.multiply(to, outStride, from, xStride, panel, stride, rows, columns, deep, k > 0, sums);
                continue;
            }
            for (int r = 0; r < rows; r += TILE_ROWS) {
                int taken = Math.min(TILE_ROWS, rows - r);
                Tile.multiply(
                        edge, stride, from + r * xStride, xStride, panel, stride, taken, whole, deep, false, sums);
                store(edge, to + r * outStride, outStride, taken, columns, k > 0);
            }
        }
    }

    /** The last panel, whose whole vectors would overwrite other results. */
    private static void store(long edge, long to, long outStride, int rows, int columns, boolean adding) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                long at = to + r * outStride + 4L * c;
                float sum = OffHeap.get(edge + 4L * (r * Lanes.PANEL + c));
                OffHeap.set(at, adding ? OffHeap.get(at) + sum : sum);
            }
        }
    }

    private void fill(Matrix matrix, long weight, int first, int columns, int whole, int k, int deep, int worker) {
        long panel = scratch.of(worker);
        long flat = panel + 4L * DEPTH * Lanes.PANEL + 4L * TILE_ROWS * Lanes.PANEL;
        long small = flat + 4L * DEPTH * Lanes.COUNT;
        long blocks = small + Transpose.SCRATCH;
        if (matrix.layout() == Matrix.Layout.IN_OUT) {
            for (int i = 0; i < deep; i++) {
                long to = panel + 4L * i * Lanes.PANEL;
                StoredRuns.widen(matrix, weight, k + i, first, columns, to, blocks);
                OffHeap.fill(to + 4L * columns, 4L * (whole - columns));
            }
            return;
        }
        var addresses = runs[worker];
        for (int c = 0; c < whole; c += Lanes.COUNT) {
            for (int j = 0; j < Lanes.COUNT; j++) {
                long to = flat + 4L * j * DEPTH;
                addresses[j] = to;
                if (c + j < columns) {
                    StoredRuns.widen(matrix, weight, first + c + j, k, deep, to, blocks);
                } else {
                    OffHeap.fill(to, 4L * deep);
                }
            }
            Transpose.columns(addresses, 0, deep, panel + 4L * c, 4L * Lanes.PANEL, small);
        }
    }
}
