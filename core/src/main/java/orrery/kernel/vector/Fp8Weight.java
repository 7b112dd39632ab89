package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.tensor.Matrix;

/** FP8 (E4M3) with contiguous inputs, with or without block scales. */
final class Fp8Weight extends VectorWeight {
    Fp8Weight(Kernels owner, Matrix matrix, Products products) {
        super(owner, matrix, false, products);
    }

    private boolean slim(int rows) {
        return rows <= Gemv.MOST_ROWS || inputs() <= Gemv.SHORT_SUM;
    }

    @Override
    int width(int rows) {
        return slim(rows) ? streamed() : Lanes.PANEL;
    }

    @Override
    void part(int product, long x, long xStride, long out, long outStride, int rows, int from, int to, int worker) {
        if (!slim(rows)) {
            panel(x, xStride, out, outStride, rows, from, to, worker);
            return;
        }
        long weight = OffHeap.address(matrix);
        for (int r = 0; r < rows; r++) {
            products.eights.multiply(product, matrix, weight, x + r * xStride, out + r * outStride, from, to, worker);
        }
    }
}
