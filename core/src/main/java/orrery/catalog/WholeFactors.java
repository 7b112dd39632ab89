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
 * What GGUF files hold beside a matrix in NVFP4 (github.com/ggml-org/llama.cpp, {@code llama-model.cpp}): a factor of
 * the whole matrix, {@code x.scale} beside {@code x.weight}, or one for each matrix of a stack. {@code x.input_scale}
 * says how activations may be rounded to the same four bits; here they are not, so it is not read.
 */
public final class WholeFactors {
    private static final String WEIGHT = ".weight";
    private static final String SCALE = ".scale";
    private static final String INPUT_SCALE = ".input_scale";

    private WholeFactors() {}

    /** Whether a tensor may be one of these, by its name. */
    static boolean isOne(String name) {
        return name.endsWith(SCALE) || name.endsWith(INPUT_SCALE);
    }

    /** The names of the tensors that there may be beside another one. */
    public static List<String> beside(String name, DType dtype) {
        if (dtype != DType.NVFP4 || !name.endsWith(WEIGHT)) {
            return List.of();
        }
        String stem = name.substring(0, name.length() - WEIGHT.length());
        return List.of(stem + SCALE, stem + INPUT_SCALE);
    }

    /**
     * A matrix, or a stack of some below one another, with its factors, where the file has any.
     *
     * @param matrix as it is stored, row by row
     * @param tensors of the file, by name
     * @param matrices how many there are in the stack
     * @throws CatalogException if the factors are not F32, or not one for each
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
