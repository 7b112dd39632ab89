package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * Weights with contiguous outputs (GPT-2's Conv1D, Llama 4's experts, latent attention's transposed up-projections):
 * F32, F16, BF16, and FP8 with or without scales.
 */
final class TransposedWeight extends VectorWeight {
    /** Outputs per part, for long contiguous reads. */
    private static final int WIDE = 1024;

    private final boolean eightBits;
    private final boolean spreads;

    TransposedWeight(Kernels owner, Matrix matrix, boolean copied, Products products) {
        super(owner, matrix, copied, products);
        eightBits = matrix.dtype() == DType.F8_E4M3;
        spreads = matrix.dtype() == DType.BF16 || matrix.dtype() == DType.F32;
    }

    @Override
    void multiply(long out, long x, int rows) {
        if (eightBits) {
            super.multiply(out, x, rows);
        } else if (rows == 1 && spreads) {
            products.spread.multiply(out, x, matrix);
        } else {
            products.panel.multiply(out, x, matrix, rows);
        }
    }

    @Override
    boolean joins(int rows) {
        return eightBits;
    }

    private static boolean slim(int rows) {
        return rows <= Gemv.MOST_ROWS;
    }

    @Override
    int width(int rows) {
        return slim(rows) ? WIDE : Lanes.PANEL;
    }

    @Override
    void part(int product, long x, long xStride, long out, long outStride, int rows, int from, int to, int worker) {
        if (!slim(rows)) {
            panel(x, xStride, out, outStride, rows, from, to, worker);
            return;
        }
        long weight = OffHeap.address(matrix);
        for (int r = 0; r < rows; r++) {
            ColumnSums.multiply(matrix, weight, x + r * xStride, out + r * outStride, from, to);
        }
    }
}
