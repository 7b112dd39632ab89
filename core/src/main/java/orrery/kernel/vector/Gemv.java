package orrery.kernel.vector;

import orrery.kernel.Crew;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * A product of a few rows of activations, which is bound by the memory bandwidth for weights. Every thread reads whole
 * rows of weights one after another, because several distant streams at once defeat the hardware's prefetcher; a row of
 * weights is read once for up to four rows.
 */
final class Gemv implements Crew.Task {
    /** The most rows of activations that a weight is multiplied with while it is in a register. */
    static final int MOST_ROWS = 4;

    /**
     * Sums of at most so many products are computed in one order for any number of rows, and only here: packing a panel
     * gains little for them, and otherwise a small model's logits would depend on how its prompt is split.
     */
    static final int SHORT_SUM = 256;

    /**
     * The most outputs of a matrix that is summed in one order for any number of rows. Routers are such matrices; they
     * stay in floats when everything else is packed.
     */
    private static final int FEW_OUTPUTS = 512;

    /** Bytes of weights per part. */
    static final long PART_BYTES = 128 << 10;

    private final Crew pool;
    private DType dtype = DType.F32;
    private long out;
    private long x;
    private long weight;
    private long weightStride;
    private int outputs;
    private int inputs;
    private int rows;
    private boolean alone;
    private int outputsPerPart;

    Gemv(Crew pool) {
        this.pool = pool;
    }

    /** Whether a matrix is multiplied in one order, lane by lane, for any number of rows. */
    static boolean inOneOrder(Matrix matrix) {
        return matrix.layout() == Matrix.Layout.OUT_IN
                && (matrix.columns() <= SHORT_SUM || matrix.rows() <= FEW_OUTPUTS);
    }

    /** {@code out = x weight^T} for at most {@link #MOST_ROWS} rows and weights in the layout {@code OUT_IN}. */
    void multiply(long result, long activations, Matrix matrix, int count) {
        aim(result, activations, matrix, count);
        long rowBytes = Math.max(1, (long) inputs * dtype.bytes());
        outputsPerPart =
                (int) Math.max(1, Math.min(PART_BYTES / rowBytes, (outputs + pool.workers() - 1) / pool.workers()));
        pool.run(this, (outputs + outputsPerPart - 1) / outputsPerPart);
    }

    /** Sets the product that {@link #range} does parts of, for callers that divide the work themselves. */
    void aim(long result, long activations, Matrix matrix, int count) {
        dtype = matrix.dtype();
        out = result;
        x = activations;
        weight = OffHeap.address(matrix);
        weightStride = matrix.stride() * dtype.bytes();
        outputs = matrix.rows();
        inputs = matrix.columns();
        rows = count;
        alone = count == 1 && !inOneOrder(matrix);
    }

    @Override
    public void run(int part, int worker) {
        int from = part * outputsPerPart;
        range(from, Math.min(outputs, from + outputsPerPart));
    }

    /** Computes the outputs from {@code from} to {@code to}. */
    void range(int from, int to) {
        switch (dtype) {
            case F32 -> singles(from, to);
            case F16 -> halves(from, to);
            case BF16 -> brains(from, to);
            default -> throw new IllegalArgumentException("weights in " + dtype + " are not streamed");
        }
    }

    // If there are one or three rows, the last one is used twice.
    private long activations(int row) {
        return x + 4L * Math.min(row, rows - 1) * inputs;
    }

    private long result(int row, int output) {
        return out + 4L * ((long) Math.min(row, rows - 1) * outputs + output);
    }

    private void singles(int from, int to) {
        for (int o = from; o < to; o++) {
            long w = weight + o * weightStride;
            if (alone) {
                OffHeap.set(result(0, o), F32Gemv.dot(w, x, inputs));
            } else if (rows <= 2) {
                F32Gemv.dot2(w, x, activations(1), inputs, result(0, o), result(1, o));
            } else {
                F32Gemv.dot4(
                        w,
                        x,
                        activations(1),
                        activations(2),
                        activations(3),
                        inputs,
                        result(0, o),
                        result(1, o),
                        result(2, o),
                        result(3, o));
            }
        }
    }

    private void halves(int from, int to) {
        for (int o = from; o < to; o++) {
            long w = weight + o * weightStride;
            if (alone) {
                OffHeap.set(result(0, o), F16Gemv.dot(w, x, inputs));
            } else if (rows <= 2) {
                F16Gemv.dot2(w, x, activations(1), inputs, result(0, o), result(1, o));
            } else {
                F16Gemv.dot4(
                        w,
                        x,
                        activations(1),
                        activations(2),
                        activations(3),
                        inputs,
                        result(0, o),
                        result(1, o),
                        result(2, o),
                        result(3, o));
            }
        }
    }

    private void brains(int from, int to) {
        for (int o = from; o < to; o++) {
            long w = weight + o * weightStride;
            if (alone) {
                OffHeap.set(result(0, o), Bf16Gemv.dot(w, x, inputs));
            } else if (rows <= 2) {
                Bf16Gemv.dot2(w, x, activations(1), inputs, result(0, o), result(1, o));
            } else {
                Bf16Gemv.dot4(
                        w,
                        x,
                        activations(1),
                        activations(2),
                        activations(3),
                        inputs,
                        result(0, o),
                        result(1, o),
                        result(2, o),
                        result(3, o));
            }
        }
    }
}
