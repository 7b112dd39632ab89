package orrery.kernel.vector;

import orrery.kernel.Crew;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * A product of a small batch, between {@link Gemv} and {@link Gemm}: six rows of weights by four rows of activations at
 * a time, so that activations, which do not fit into the first-level cache, are read once for six rows. More than four
 * rows of activations use the same part of the weights while it is in the second-level cache.
 *
 * <p>Each sum has the order of {@link Gemv} for two to four rows, so it does not depend on the number of rows.
 */
final class SmallGemm implements Crew.Task {
    private static final int WEIGHTS = 6;
    private static final int ROWS = 4;
    private static final int SUMS = 32;
    private static final long PART_BYTES = 192 << 10;

    private final Crew pool;
    private final WorkerScratch scratch;
    private DType dtype = DType.F32;
    private long out;
    private long x;
    private long weight;
    private long weightStride;
    private int outputs;
    private int inputs;
    private int rows;
    private int outputsPerPart;

    SmallGemm(Crew pool, WorkerScratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    /** Whether weights can be multiplied here. */
    static boolean takes(Matrix matrix) {
        return matrix.layout() == Matrix.Layout.OUT_IN && (matrix.dtype() == DType.BF16 || matrix.dtype() == DType.F32);
    }

    /** {@code out = x weight^T}, for one row or more. */
    void multiply(long result, long activations, Matrix matrix, int count) {
        dtype = matrix.dtype();
        out = result;
        x = activations;
        weight = OffHeap.address(matrix);
        weightStride = matrix.stride() * dtype.bytes();
        outputs = matrix.rows();
        inputs = matrix.columns();
        rows = count;
        long most = PART_BYTES / Math.max(1, (long) inputs * dtype.bytes());
        long fair = ((long) outputs + pool.workers() - 1) / pool.workers();
        outputsPerPart = (int) Math.max(1, Math.min(most, fair) / WEIGHTS) * WEIGHTS;
        scratch.ensure(SUMS * (Lanes.BYTES + Float.BYTES));
        pool.run(this, (outputs + outputsPerPart - 1) / outputsPerPart);
    }

    @Override
    public void run(int part, int worker) {
        int from = part * outputsPerPart;
        int to = Math.min(outputs, from + outputsPerPart);
        long sums = scratch.of(worker);
        for (int r = 0; r < rows; r += ROWS) {
            for (int o = from; o < to; o += WEIGHTS) {
                block(o, Math.min(WEIGHTS, to - o), r, Math.min(ROWS, rows - r), sums);
            }
        }
    }

    // The last row is used for the missing ones.
    private void block(int output, int weights, int row, int taken, long sums) {
        long w = weight + output * weightStride;
        long d1 = (long) Math.min(1, weights - 1) * weightStride;
        long d2 = Math.min(2, weights - 1) * weightStride;
        long d3 = Math.min(3, weights - 1) * weightStride;
        long d4 = Math.min(4, weights - 1) * weightStride;
        long d5 = (weights - 1) * weightStride;
        long x0 = x + 4L * row * inputs;
        long x1 = x0 + 4L * Math.min(1, taken - 1) * inputs;
        long x2 = x0 + 4L * Math.min(2, taken - 1) * inputs;
        long x3 = x0 + 4L * (taken - 1) * inputs;
        int whole = inputs / Lanes.COUNT * Lanes.COUNT;
        if (dtype == DType.BF16) {
            Bf16SmallGemm.sums(w, d1, d2, d3, d4, d5, x0, x1, x2, x3, whole, sums);
        } else {
            F32SmallGemm.sums(w, d1, d2, d3, d4, d5, x0, x1, x2, x3, whole, sums);
        }
        long totals = sums + SUMS * Lanes.BYTES;
        for (int i = 0; i < WEIGHTS * ROWS; i += Lanes.COUNT) {
            KeyProducts.addLanes(sums + i * Lanes.BYTES, totals + 4L * i);
        }
        for (int i = 0; i < weights; i++) {
            for (int j = 0; j < taken; j++) {
                float sum = OffHeap.get(totals + 4L * (i * ROWS + j));
                for (int k = whole; k < inputs; k++) {
                    sum = Math.fma(
                            Widen.element(dtype, w + i * weightStride + (long) k * dtype.bytes()),
                            OffHeap.get(x0 + 4L * ((long) j * inputs + k)),
                            sum);
                }
                OffHeap.set(out + 4L * ((long) (row + j) * outputs + output + i), sum);
            }
        }
    }
}
