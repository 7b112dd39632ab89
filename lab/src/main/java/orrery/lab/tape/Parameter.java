package orrery.lab.tape;

import orrery.spec.WeightSpec;
import orrery.tensor.Tensor;

/**
 * A weight that is trained, in F32, and the gradient of the loss by it.
 *
 * @param path its name in the spec, such as {@code layers.0.mlp.up.weight}
 * @param copy which of the path's copies, such as the expert's or the head's index
 * @param use how a forward pass uses it
 * @param value {@code [out, in]}, or one row; an optimiser writes it in place between two steps
 * @param gradient as {@code value}; a step adds to it
 */
public record Parameter(String path, int copy, WeightSpec.Use use, Tensor value, Tensor gradient) {

    /** Whether rows are multiplied with it: no vector, and no table alone. */
    public boolean matrix() {
        return value.rows() > 1 && use == WeightSpec.Use.MULTIPLIED;
    }

    /** The number of its elements. */
    public long count() {
        return value.shape().elements();
    }
}
