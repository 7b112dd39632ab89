package orrery.kernel;

import orrery.tensor.Matrix;

/** A weight that is read element by element in place. */
final class PlainWeight extends Weight {
    private final Matrix matrix;

    PlainWeight(Kernels owner, Matrix matrix) {
        super(owner, matrix.rows(), matrix.columns());
        this.matrix = matrix;
    }

    Matrix matrix() {
        return matrix;
    }

    @Override
    public boolean packed() {
        return false;
    }
}
