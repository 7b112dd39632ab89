package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Scale factors in GGUF files for NVFP4 matrices (github.com/ggml-org/llama.cpp, {@code llama-model.cpp}): one factor
 * for the whole matrix, {@code x.scale} for {@code x.weight}, or one per matrix of a stack. {@code x.input_scale} is
 * for rounding activations to the same four bits; Orrery does not do that, so it is not read.
 */
public final class WholeFactors {
    private static final String WEIGHT = ".weight";
    private static final String SCALE = ".scale";
    private static final String INPUT_SCALE = ".input_scale";

    private WholeFactors() {}

    /** Whether a tensor is such a factor, by its name. */
    static boolean isOne(String name) {
        return name.endsWith(SCALE) || name.endsWith(INPUT_SCALE);
    }

    /** The names of the factors that a tensor may have. */
    public static List<String> beside(String name, DType dtype) {
        if (dtype != DType.NVFP4 || !name.endsWith(WEIGHT)) {
            return List.of();
        }
        String stem = name.substring(0, name.length() - WEIGHT.length());
        return List.of(stem + SCALE, stem + INPUT_SCALE);
    }

    /**
     * A matrix, or several stacked ones, with factors if the file has any.
     *
     * @param matrix as it is stored, row by row
     * @param tensors of the file, by name
     * @param matrices the number of stacked matrices
     * @throws CatalogException if the factors are not F32, or not one per matrix
     */
    public static Matrix applied(Matrix matrix, String name, Map<String, Tensor> tensors, int matrices) {
        return beside(name, matrix.dtype()).stream()
                .filter(beside -> beside.endsWith(SCALE) && tensors.containsKey(beside))
                .findFirst()
                .map(scale -> matrix.withScales(scales(matrix, name, scale, tensors, matrices)))
                .orElse(matrix);
    }

    private static BlockScales scales(
            Matrix matrix, String name, String scale, Map<String, Tensor> tensors, int matrices) {
        var factors = Objects.requireNonNull(tensors.get(scale));
        if (factors.dtype() != DType.F32 || factors.shape().elements() != matrices) {
            throw new CatalogException(scale + " is " + factors.dtype() + " " + factors.shape() + ", expected F32 ["
                    + matrices + "]: a factor for each matrix of " + name);
        }
        var column = new Tensor(DType.F32, Shape.of(matrices, 1), factors.data());
        return new BlockScales(column, matrix.rows() / matrices, matrix.columns(), 0, 0);
    }
}
