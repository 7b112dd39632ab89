package orrery.model;

import java.util.Optional;
import orrery.kernel.Kernels;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** A matrix and, where there is one, its bias. */
record Linear(Kernels kernels, Matrix weight, Optional<Tensor> bias) {

    /** Binds {@code path.weight} and, if asked for, {@code path.bias}. */
    static Linear bind(String path, boolean bias, Weights weights, Kernels kernels) {
        return new Linear(
                kernels,
                weights.product(path + ".weight"),
                bias ? Optional.of(weights.vector(path + ".bias", 0, kernels)) : Optional.empty());
    }

    /** {@code out [rows, outputs] = x [rows, inputs] * weight + bias}. */
    void apply(Tensor out, Tensor x, int rows) {
        kernels.matmul(out, x, weight, rows);
        if (bias.isPresent()) {
            kernels.addBias(out, bias.get(), rows);
        }
    }

    int outputs() {
        return weight.rows();
    }
}
