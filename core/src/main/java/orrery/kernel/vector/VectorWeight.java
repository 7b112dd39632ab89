package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;

/**
 * A weight of {@link VectorKernels}: dtype and layout have chosen its class, and it chooses its product by the number
 * of rows alone. It is multiplied as floats, read where it lies. The one copy there is are blocks that lie the other
 * way round, made {@link Floats}.
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

    /** {@code out = x weight^T} for one row or more that lie one after another. */
    void multiply(long out, long x, int rows) {
        products.joint.alone(this, out, x, rows);
    }

    /**
     * Whether {@link BatchedGemm} makes the sums of so many rows in the order in which {@link #multiply} makes them.
     */
    boolean joins(int rows) {
        return true;
    }

    /** Outputs of a part of a joint product of so many rows. */
    abstract int width(int rows);

    /**
     * Outputs {@code from} to {@code to} of a joint product. Strides are bytes from one row to the next.
     *
     * @param product its place in the joint run
     */
    abstract void part(
            int product, long x, long xStride, long out, long outStride, int rows, int from, int to, int worker);

    /** The same for many rows: weights are made floats, panel by panel. */
    final void panel(long x, long xStride, long out, long outStride, int rows, int from, int to, int worker) {
        products.panels.multiply(
                matrix, OffHeap.address(matrix), x, xStride, out, outStride, rows, from, to - from, worker);
    }

    /** Outputs of a part that streams rows of weights. */
    final int streamed() {
        long bytes = Math.max(1, (long) inputs() * matrix.dtype().bytes());
        int workers = products.pool.workers();
        return (int) Math.max(1, Math.min(Gemv.PART_BYTES / bytes, (outputs() + workers - 1) / workers));
    }
}
