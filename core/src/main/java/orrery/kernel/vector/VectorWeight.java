package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;

/**
 * A weight of {@link VectorKernels}: its class depends on dtype and layout, and its product only on the number of rows.
 * It is multiplied as floats and read in place. The only copies are transposed blocks, converted to {@link Floats}.
 */
abstract sealed class VectorWeight extends Weight permits RowMajorWeight, TransposedWeight, Fp8Weight, PanelWeight {
    final Matrix matrix;
    final Products products;
    private final boolean copied;

    VectorWeight(Kernels owner, Matrix matrix, boolean copied, Products products) {
        super(owner, matrix.rows(), matrix.columns());
        this.matrix = matrix;
        this.copied = copied;
        this.products = products;
    }

    @Override
    public final boolean packed() {
        return copied;
    }

    /** {@code out = x weight^T} for one or more contiguous rows. */
    void multiply(long out, long x, int rows) {
        products.joint.alone(this, out, x, rows);
    }

    /** Whether {@link BatchedGemm} computes the sums of so many rows in the same order as {@link #multiply}. */
    boolean joins(int rows) {
        return true;
    }

    /** Outputs per part of a batched product of so many rows. */
    abstract int width(int rows);

    /**
     * Outputs {@code from} to {@code to} of a batched product. Strides are bytes from one row to the next.
     *
     * @param product its index in the batch
     */
    abstract void part(
            int product, long x, long xStride, long out, long outStride, int rows, int from, int to, int worker);

    /** The same for many rows: weights are widened to floats, panel by panel. */
    final void panel(long x, long xStride, long out, long outStride, int rows, int from, int to, int worker) {
        products.panels.multiply(
                matrix, OffHeap.address(matrix), x, xStride, out, outStride, rows, from, to - from, worker);
    }

    /** Outputs per part if rows of weights are streamed. */
    final int streamed() {
        long bytes = Math.max(1, (long) inputs() * matrix.dtype().bytes());
        int workers = products.pool.workers();
        return (int) Math.max(1, Math.min(Gemv.PART_BYTES / bytes, (outputs() + workers - 1) / workers));
    }
}
