package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** F32, F16 and BF16 with contiguous inputs, as PyTorch stores linear layers. */
final class RowMajorWeight extends VectorWeight {
    /** Up to this number of rows, converting weights to panels does not pay off. */
    private static final int SMALL_BATCH = 16;

    private final boolean takesBlocks;
    private final boolean inOneOrder;

    RowMajorWeight(Kernels owner, Matrix matrix, Products products) {
        super(owner, matrix, false, products);
        inOneOrder = Gemv.inOneOrder(matrix);
        takesBlocks = inputs() > Gemv.SHORT_SUM && matrix.dtype() != DType.F16;
    }

    @Override
    void multiply(long out, long x, int rows) {
        if (takesBlocks && rows > 2 && (rows <= SMALL_BATCH || inOneOrder)) {
            products.block.multiply(out, x, matrix, rows);
        } else if (streams(rows) || inOneOrder) {
            for (int r = 0; r < rows; r += Gemv.MOST_ROWS) {
                int taken = Math.min(Gemv.MOST_ROWS, rows - r);
                products.stream.multiply(out + 4L * r * outputs(), x + 4L * r * inputs(), matrix, taken);
            }
        } else {
            products.panel.multiply(out, x, matrix, rows);
        }
    }

    private boolean streams(int rows) {
        return rows <= Gemv.MOST_ROWS || inputs() <= Gemv.SHORT_SUM;
    }

    @Override
    boolean joins(int rows) {
        return rows <= 2;
    }

    @Override
    int width(int rows) {
        return streams(rows) ? streamed() : Lanes.PANEL;
    }

    @Override
    void part(int product, long x, long xStride, long out, long outStride, int rows, int from, int to, int worker) {
        if (!streams(rows)) {
            panel(x, xStride, out, outStride, rows, from, to, worker);
            return;
        }
        // Several rows share a read of the weights only if they are contiguous.
        boolean dense = xStride == 4L * inputs() && outStride == 4L * outputs();
        int atOnce = dense ? Gemv.MOST_ROWS : 1;
        var stream = products.streams[worker];
        for (int r = 0; r < rows; r += atOnce) {
            stream.aim(out + r * outStride, x + r * xStride, matrix, Math.min(atOnce, rows - r));
            stream.range(from, to);
        }
    }
}
