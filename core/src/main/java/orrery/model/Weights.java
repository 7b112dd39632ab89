package orrery.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import orrery.kernel.Elements;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix;

/**
 * The tensors of a spec with a matrix for each of them: none can be missing, of a wrong shape, unreadable, or left
 * over.
 */
public final class Weights {
    /** The path of the token embedding. */
    static final String EMBEDDING = "embedding.tokens";

    private final ArchitectureSpec spec;
    private final SequencedMap<String, WeightSpec> expected;
    private final Map<String, List<Matrix>> matrices;

    /**
     * Checks every tensor.
     *
     * @param spec the list of tensors
     * @param matrices by path, one per copy; a vector is a matrix of one row
     * @throws ModelException if one is missing, has a wrong shape or a dtype that cannot be multiplied, or is left over
     */
    public Weights(ArchitectureSpec spec, Map<String, List<Matrix>> matrices) {
        this.spec = spec;
        this.matrices = Map.copyOf(matrices);
        expected = spec.weights();
        expected.putAll(spec.draftWeights());
        expected.values().removeIf(weight -> weight.use() == WeightSpec.Use.UNUSED);
        expected.forEach((path, weight) -> check(path, weight, this.matrices.getOrDefault(path, List.of())));
        for (var path : this.matrices.keySet()) {
            if (!expected.containsKey(path)) {
                throw new ModelException("the weight " + path + " belongs to no part of " + spec.name());
            }
        }
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

    /** The architecture that they belong to. */
    public ArchitectureSpec spec() {
        return spec;
    }

    /** Every path, in the order of the forward pass. */
    Set<String> paths() {
        return expected.sequencedKeySet();
    }

    /**
     * The matrices that kernels prepare for a forward pass's products, whole even if a block multiplies with parts. A
     * tied embedding is among them, and the up-projections of latent attention's keys are there twice, since they are
     * used in both directions.
     */
    public List<Matrix> products() {
        var products = new ArrayList<Matrix>();
        expected.forEach((path, weight) -> {
            boolean tied = path.equals(EMBEDDING) && spec.head().tied();
            if (tied
                    || (weight.use() == WeightSpec.Use.MULTIPLIED
                            && weight.dimensions().size() > 1)) {
                products.addAll(matrices(path));
            }
            if (path.endsWith(LatentUp.KEYS)) {
                matrices(path).forEach(matrix -> products.add(matrix.transposed()));
            }
        });
        return products;
    }

    /** All copies of a path, such as one per expert. */
    List<Matrix> matrices(String path) {
        var found = matrices.get(path);
        if (found == null) {
            throw new IllegalStateException("the spec has no weight " + path);
        }
        return found;
    }

    /** Bytes of all matrices as they are stored. */
    public long bytes() {
        return matrices.values().stream()
                .flatMap(List::stream)
                .mapToLong(Matrix::bytes)
                .sum();
    }
}
