package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.tensor.Matrix;

/**
 * A weight that is multiplied as floats, read where it lies: elements that stand alone, and blocks that are not packed.
 * The one copy there is are blocks that lie the other way round, made {@link Floats}.
 */
abstract sealed class FloatWeight extends VectorWeight
        permits RowMajorWeight, TransposedWeight, Fp8Weight, PanelWeight {
    final Matrix matrix;
    final Products products;
    private final boolean copied;

    FloatWeight(Kernels owner, Matrix matrix, boolean copied, Products products) {
        super(owner, matrix.rows(), matrix.columns());
        this.matrix = matrix;
        this.copied = copied;
        this.products = products;
    }

    @Override
    public final boolean packed() {
        return copied;
    }

    @Override
    void multiply(long out, long x, int rows) {
        products.joint.alone(this, out, x, rows);
    }

    @Override
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
