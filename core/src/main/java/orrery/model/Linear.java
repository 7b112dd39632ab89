package orrery.model;

import java.util.Optional;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Tensor;

/** A matrix and its optional bias. */
record Linear(Kernels kernels, Weight weight, Optional<Tensor> bias) {

    /** Binds {@code path.weight} and, if {@code bias}, {@code path.bias}. */
    static Linear bind(String path, boolean bias, BoundWeights weights) {
        return new Linear(
                weights.kernels(),
                weights.weight(path + ".weight"),
                bias ? Optional.of(weights.vector(path + ".bias", 0)) : Optional.empty());
    }

    /** {@code out [rows, outputs] = x [rows, inputs] * weight + bias}. */
    void apply(Tensor out, Tensor x, int rows) {
        kernels.matmul(out, x, weight, rows);
        if (bias.isPresent()) {
            kernels.addBias(out, bias.get(), rows);
        }
    }
}
