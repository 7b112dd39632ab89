package orrery.kernel.vector;

import java.util.Arrays;
import orrery.kernel.Crew;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * A product of many rows of activations, which is compute-bound. A panel of weights, {@code [depth, columns]}, is
 * widened (and transposed, if the file has contiguous inputs) into scratch that stays in the second-level cache, and
 * every row of activations is multiplied with it there.
 *
 * <p>Weights with contiguous outputs use this class for few rows, too, with a wide and shallow panel, so that
 * contiguous runs are long.
 */
final class Gemm implements Crew.Task {
    private static final int DEPTH = 1024;
    private static final int FEW_ROWS = 4;
    private static final int WIDE = 512;
    private static final int SHALLOW = 32;

    private final Crew pool;
    private final WorkerScratch scratch;
    private final long[][] runs;
    private DType dtype = DType.F32;
    private Matrix.Layout layout = Matrix.Layout.OUT_IN;
    private long out;
    private long x;
    private long weight;
    private long weightStride;
    private int outputs;
    private int inputs;
    private int rows;
    private int width;
    private int depth;

    Gemm(Crew pool, WorkerScratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
        runs = new long[pool.workers()][];
        Arrays.setAll(runs, _ -> Apart.longs(Lanes.COUNT));
    }

    /** {@code out = x weight^T}, for any number of rows and either layout. */
    void multiply(long result, long activations, Matrix matrix, int count) {
        dtype = matrix.dtype();
        layout = matrix.layout();
        out = result;
        x = activations;
        weight = OffHeap.address(matrix);
        weightStride = matrix.stride() * dtype.bytes();
        outputs = matrix.rows();
        inputs = matrix.columns();
        rows = count;
        boolean wide = layout == Matrix.Layout.IN_OUT && rows <= FEW_ROWS;
        width = wide ? WIDE : Lanes.PANEL;
        depth = Math.min(wide ? SHALLOW : DEPTH, inputs);
        scratch.ensure(panelBytes() + 4L * 6 * width + Lanes.COUNT * 4L * depth + Transpose.SCRATCH);
        pool.run(this, (outputs + width - 1) / width);
    }

    private long panelBytes() {
        return 4L * width * depth;
    }

    @Override
    public void run(int part, int worker) {
        int first = part * width;
        int columns = Math.min(width, outputs - first);
        int whole = (columns + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
        long panel = scratch.of(worker);
        long edge = panel + panelBytes();
        var sums = scratch.sums(worker);
        for (int k = 0; k < inputs || k == 0; k += depth) {
            int deep = Math.min(depth, inputs - k);
            long w = panel;
            long stride = 4L * width;
            switch (layout) {
                case OUT_IN -> turn(first, columns, whole, k, deep, worker);
                case IN_OUT -> {
                    if (dtype == DType.F32 && rows <= FEW_ROWS && whole == columns) {
                        w = weight + k * weightStride + 4L * first;
                        stride = weightStride;
                    } else {
                        widen(first, columns, whole, k, deep, panel);
                    }
                }
            }
            long from = x + 4L * k;
            long to = out + 4L * first;
            if (whole == columns) {
                Tile.multiply(to, 4L * outputs, from, 4L * inputs, w, stride, rows, columns, deep, k > 0, sums);
            } else {
                edge(to, columns, whole, from, w, stride, deep, k > 0, edge, sums);
            }
            if (inputs == 0) {
                return;
            }
        }
    }

    /** The last panel, whose whole vectors would overwrite the next row's results. */
    private void edge(
            long to,
            int columns,
            int whole,
            long from,
            long w,
            long stride,
            int deep,
            boolean adding,
            long edge,
            float[] sums) {
        for (int r = 0; r < rows; r += 6) {
            int taken = Math.min(6, rows - r);
            Tile.multiply(
                    edge, 4L * width, from + 4L * r * inputs, 4L * inputs, w, stride, taken, whole, deep, false, sums);
            for (int i = 0; i < taken; i++) {
                for (int c = 0; c < columns; c++) {
                    long at = to + 4L * ((long) (r + i) * outputs + c);
                    float sum = OffHeap.get(edge + 4L * ((long) i * width + c));
                    OffHeap.set(at, adding ? OffHeap.get(at) + sum : sum);
                }
            }
        }
    }

    /** Weights with contiguous outputs: widened row by row, padded with zeros to whole vectors. */
    private void widen(int first, int columns, int whole, int k, int deep, long panel) {
        for (int i = 0; i < deep; i++) {
            long from = weight + (k + i) * weightStride + (long) first * dtype.bytes();
            long to = panel + 4L * i * width;
            Widen.run(dtype, from, to, columns, 1f);
            OffHeap.fill(to + 4L * columns, 4L * (whole - columns));
        }
    }

    /**
     * Weights with contiguous inputs: each output's inputs are read as one stream, then as many outputs as there are
     * lanes are transposed.
     */
    private void turn(int first, int columns, int whole, int k, int deep, int worker) {
        long panel = scratch.of(worker);
        long flat = panel + panelBytes() + 4L * 6 * width;
        long small = flat + Lanes.COUNT * 4L * depth;
        var addresses = runs[worker];
        for (int c = 0; c < whole; c += Lanes.COUNT) {
            for (int j = 0; j < Lanes.COUNT; j++) {
                long to = flat + 4L * j * depth;
                addresses[j] = to;
                if (c + j < columns) {
                    Widen.run(dtype, weight + (first + c + j) * weightStride + (long) k * dtype.bytes(), to, deep, 1f);
                } else {
                    OffHeap.fill(to, 4L * deep);
                }
            }
            Transpose.columns(addresses, 0, deep, panel + 4L * c, 4L * width, small);
        }
    }
}
