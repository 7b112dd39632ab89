package orrery.lab.tape;

import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;

/** A parameter, or a part of one, that products read as it is now. */
final class TapedWeight extends Weight {
    private final Weight forward;
    private final Weight transposed;
    private final Matrix gradient;

    /**
     * Prepared by {@code base}, both ways round.
     *
     * @throws TapeException if it is no parameter, or the base would multiply with a copy
     */
    TapedWeight(Kernels owner, Kernels base, Matrix matrix, Parameters parameters) {
        super(owner, matrix.rows(), matrix.columns());
        gradient = parameters.gradient(matrix);
        forward = base.prepareInPlace(matrix);
        transposed = base.prepareInPlace(matrix.transposed());
        if (forward.packed() || transposed.packed()) {
            throw new TapeException(parameters.name(matrix) + " cannot be trained by " + base.description()
                    + ": it multiplies with a copy, which would not change with the weight");
        }
    }

    @Override
    public boolean packed() {
        return false;
    }

    /** For {@code x weight^T}. */
    Weight forward() {
        return forward;
    }

    /** For {@code y weight}. */
    Weight transposed() {
        return transposed;
    }

    /** A view of the parameter's gradient. */
    Matrix gradient() {
        return gradient;
    }

    static TapedWeight of(Weight weight) {
        return (TapedWeight) weight;
    }
}
