package orrery.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The weights that a decoder takes from a spec's tensor list, in the form that its kernels want; in the end it must
 * have taken all of them.
 */
final class BoundWeights {
    private final Weights weights;
    private final Kernels kernels;
    private final Function<Matrix, Weight> prepare;
    private final Set<String> taken = new HashSet<>();

    /** @param prepare how {@code kernels} prepare the matrices of products */
    BoundWeights(Weights weights, Kernels kernels, Function<Matrix, Weight> prepare) {
        this.weights = weights;
        this.kernels = kernels;
        this.prepare = prepare;
    }

    Kernels kernels() {
        return kernels;
    }

    /** All copies of a path as stored in the file, such as one per expert. */
    List<Matrix> matrices(String path) {
        taken.add(path);
        return weights.matrices(path);
    }

    /** The matrix of a path as stored in the file, for lookups. */
    Matrix matrix(String path) {
        return matrices(path).getFirst();
    }

    /** A matrix, or a part of one, prepared for products. */
    Weight weight(Matrix matrix) {
        return prepare.apply(matrix);
    }

    /** The matrix of a path, prepared for products. */
    Weight weight(String path) {
        return weight(matrix(path));
    }

    /** All copies of a path, prepared for products. */
    List<Weight> weights(String path) {
        return matrices(path).stream().map(prepare).toList();
    }

    /**
     * A vector of a path as F32 {@code [n]}, with {@code offset} added to each element. It is small, so it is copied
     * out of the file.
     */
    Tensor vector(String path, float offset) {
        return vector(path, offset, 0, matrix(path).columns());
    }

    /** {@code length} elements of a vector, starting at {@code from}, as F32. */
    Tensor vector(String path, int from, int length) {
        return vector(path, 0, from, length);
    }

    private Tensor vector(String path, float offset, int from, int length) {
        return kernels.vector(matrix(path), from, length, offset);
    }

    /**
     * @throws ModelException naming a weight that was not taken, in which case another model than the spec's would run
     */
    void requireAllTaken() {
        var left =
                weights.paths().stream().filter(path -> !taken.contains(path)).toList();
        if (!left.isEmpty()) {
            String path = left.getFirst();
            String part = path.substring(0, Math.max(0, path.lastIndexOf('.')));
            throw new ModelException("the spec of " + weights.spec().name() + " declares the weight " + path
                    + (left.size() == 1 ? "" : " and " + (left.size() - 1) + " more") + ", but nothing that runs "
                    + part
                    + " reads it; expected a spec without it, or a forward pass that knows what it is for");
        }
    }
}
