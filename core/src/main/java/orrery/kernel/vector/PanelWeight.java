package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.tensor.Matrix;

/**
 * Weights that are read in place and widened to floats panel by panel for any number of rows: blocks ({@link Blocks});
 * E5M2; and F32, F16 and BF16 with block scales, which no release has.
 */
final class PanelWeight extends VectorWeight {
    PanelWeight(Kernels owner, Matrix matrix, Products products) {
        super(owner, matrix, false, products);
    }

    @Override
    int width(int rows) {
        return Lanes.PANEL;
    }

    @Override
    void part(int product, long x, long xStride, long out, long outStride, int rows, int from, int to, int worker) {
        panel(x, xStride, out, outStride, rows, from, to, worker);
    }
}
