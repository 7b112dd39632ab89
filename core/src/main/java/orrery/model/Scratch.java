package orrery.model;

import java.util.HashMap;
import java.util.Map;
import orrery.kernel.Kernels;
import orrery.tensor.Tensor;

/**
 * The activations of one forward pass, at fixed addresses. Layers run one after another, so those that need the same
 * buffer share it.
 */
final class Scratch {
    private final Kernels kernels;
    private final int rows;
    private final Map<Key, Tensor> buffers = new HashMap<>();

    private record Key(String role, int rows, int columns) {}

    /** Room for passes of at most {@code rows} rows. */
    Scratch(Kernels kernels, int rows) {
        this.kernels = kernels;
        this.rows = rows;
    }

    Kernels kernels() {
        return kernels;
    }

    int rows() {
        return rows;
    }

    /** The buffer {@code [rows, columns]} of a role; every caller gets the same one. */
    Tensor buffer(String role, int columns) {
        return buffer(role, rows, columns);
    }

    /** The same with {@code count} rows. */
    Tensor buffer(String role, int count, int columns) {
        return buffers.computeIfAbsent(
                new Key(role, count, columns), key -> kernels.allocate(key.rows(), key.columns()));
    }
}
