package orrery.model;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import orrery.kernel.Elements;
import orrery.kernel.Kernels;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** A spec's check list with a matrix for every entry: cannot be made with one missing, of a wrong shape, unreadable, or left over. */
public final class Weights {
    private final Map<String, List<Matrix>> matrices;
    private final UnaryOperator<Matrix> repack;
    private final Map<Matrix, Matrix> repacked = new IdentityHashMap<>();

    /**
     * Checks every entry.
     *
     * @param spec the check list
     * @param matrices by path, one for each copy; a vector is a matrix of one row
     * @throws ModelException if one is missing, of a wrong shape, of a dtype that cannot be multiplied, or left over
     */
    public Weights(ArchitectureSpec spec, Map<String, List<Matrix>> matrices) {
        this.matrices = Map.copyOf(matrices);
        repack = UnaryOperator.identity();
        var expected = spec.weights();
        expected.putAll(spec.draftWeights());
        expected.values().removeIf(weight -> weight.use() == WeightSpec.Use.UNUSED);
        expected.forEach((path, weight) -> check(path, weight, this.matrices.getOrDefault(path, List.of())));
        for (var path : this.matrices.keySet()) {
            if (!expected.containsKey(path)) {
                throw new ModelException("the weight " + path + " belongs to no part of " + spec.name());
            }
        }
    }

    private Weights(Map<String, List<Matrix>> matrices, UnaryOperator<Matrix> repack) {
        this.matrices = matrices;
        this.repack = repack;
    }

    /** The same weights, of which whoever multiplies with them gets what {@code repack} makes of each, once. Tables and vectors stay as they are. */
    public Weights repackedBy(UnaryOperator<Matrix> repack) {
        return new Weights(matrices, repack);
    }

    private static void check(String path, WeightSpec weight, List<Matrix> copies) {
        if (copies.size() != weight.copies()) {
            throw new ModelException(
                    "of the weight " + path + " there are " + copies.size() + ", expected " + weight.copies());
        }
        var dimensions = weight.dimensions();
        int rows = dimensions.size() == 1 ? 1 : dimensions.getFirst();
        int columns = dimensions.getLast();
        for (var copy : copies) {
            if (copy.rows() != rows || copy.columns() != columns) {
                throw new ModelException("the weight " + path + " is [" + copy.rows() + ", " + copy.columns()
                        + "], expected [" + rows + ", " + columns + "]");
            }
            if (!Elements.readable(copy.dtype())) {
                throw new ModelException("the weight " + path + " is " + copy.dtype() + ", which cannot be multiplied");
            }
        }
    }

    /** The matrix of a path. */
    Matrix matrix(String path) {
        return matrices(path).getFirst();
    }

    /** The matrix of a path, as products want it. */
    Matrix product(String path) {
        return product(matrix(path));
    }

    /** All copies of a path, as products want them. */
    List<Matrix> products(String path) {
        return matrices(path).stream().map(this::product).toList();
    }

    /** A matrix, or a part of one, as products want it. */
    Matrix product(Matrix matrix) {
        return repacked.computeIfAbsent(matrix, repack);
    }

    /** All copies of a path, such as one for each expert. */
    List<Matrix> matrices(String path) {
        var found = matrices.get(path);
        if (found == null) {
            throw new IllegalStateException("the spec has no weight " + path);
        }
        return found;
    }

    /** A vector of a path as F32 {@code [n]}, each element with {@code offset} added. Small, so it is copied out of the file. */
    Tensor vector(String path, float offset, Kernels kernels) {
        return vector(path, offset, 0, matrix(path).columns(), kernels);
    }

    /** So many elements of a vector from one on, as F32. */
    Tensor vector(String path, int from, int length, Kernels kernels) {
        return vector(path, 0, from, length, kernels);
    }

    private Tensor vector(String path, float offset, int from, int length, Kernels kernels) {
        var matrix = matrix(path);
        var copy = kernels.allocate(1, length);
        for (int i = 0; i < length; i++) {
            float value = Elements.of(matrix.data(), matrix.dtype(), matrix.index(0, from + i)) + offset;
            copy.data().setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, value);
        }
        return copy;
    }

    /** A vector of a path on the host. */
    float[] floats(String path) {
        var matrix = matrix(path);
        var copy = new float[matrix.columns()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = Elements.of(matrix.data(), matrix.dtype(), matrix.index(0, i));
        }
        return copy;
    }

    /** Bytes of all matrices as they are stored. */
    public long bytes() {
        return bytes(Matrix::bytes);
    }

    /** Bytes of all matrices in another form. */
    public long bytes(ToLongFunction<Matrix> each) {
        return matrices.values().stream().flatMap(List::stream).mapToLong(each).sum();
    }
}
