package orrery.kernel.vector;

import orrery.kernel.Kernels;
import orrery.kernel.Weight;

/**
 * A weight of {@link VectorKernels}: dtype and layout have chosen its class, and it chooses its product by the number
 * of rows alone.
 */
abstract sealed class VectorWeight extends Weight permits BlockWeight, FloatWeight {
    VectorWeight(Kernels owner, int outputs, int inputs) {
        super(owner, outputs, inputs);
    }

    /** {@code out = x weight^T} for one row or more that lie one after another. */
    abstract void multiply(long out, long x, int rows);

    /**
     * Whether {@link BatchedGemm} makes the sums of so many rows in the order in which {@link #multiply} makes them.
     */
    abstract boolean joins(int rows);
}
