package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.format.Metadata;
import orrery.tensor.BlockScales;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * FP8 weights with one scale factor per block, as in DeepSeek V3's files (arXiv:2412.19437, section 3.3). The factor's
 * name is {@code _scale_inv}, but it multiplies. A matrix is quantized if it has such a factor.
 *
 * @param dtype of the quantized matrices
 * @param blockRows rows of a block
 * @param blockColumns columns of a block
 */
record BlockQuantization(DType dtype, int blockRows, int blockColumns) {
    private static final String SUFFIX = "_scale_inv";
    private static final SortedMap<String, DType> FORMS =
            new TreeMap<>(Map.of("e4m3", DType.F8_E4M3, "e5m2", DType.F8_E5M2));

    /**
     * A config's {@code quantization_config}, if there is one.
     *
     * @throws CatalogException if it has another form, which the message names
     */
    static Optional<BlockQuantization> read(Metadata config) {
        ForeignQuantization.of(config).ifPresent(foreign -> {
            throw foreign.refusal();
        });
        var quantization = config.child("quantization_config");
        if (quantization.isEmpty()) {
            return Optional.empty();
        }
        var part = quantization.get();
        String method = part.text("quant_method", "fp8");
        if (!method.equals("fp8")) {
            throw Config.unknown(part, "quant_method", method, List.of("fp8"));
        }
        String form = part.text("fmt", "e4m3");
        var dtype = Optional.ofNullable(FORMS.get(form))
                .orElseThrow(() -> Config.unknown(part, "fmt", form, List.copyOf(FORMS.keySet())));
        part.text("activation_scheme", "dynamic");
        part.text("scale_fmt", "");
        var block = part.has("weight_block_size") ? part.integers("weight_block_size") : List.<Integer>of();
        if (block.size() != 2 || block.getFirst() < 1 || block.getLast() < 1) {
            throw new CatalogException(part.origin() + ": weight_block_size is " + (block.isEmpty() ? "missing" : block)
                    + ", expected two sizes of 1 or more");
        }
        return Optional.of(new BlockQuantization(dtype, block.getFirst(), block.getLast()));
    }

    /** The name of the tensor with another tensor's factors. */
    static String scaleOf(String tensor) {
        return tensor + SUFFIX;
    }

    /** Whether a tensor contains the factors of another one. */
    static boolean isScale(String tensor) {
        return tensor.endsWith(SUFFIX);
    }

    /** The whole stored matrix with its factors. */
    Matrix scaled(Matrix matrix, String name, Map<String, Tensor> tensors) {
        String scale = scaleOf(name);
        var factors = Optional.ofNullable(tensors.get(scale))
                .orElseThrow(() -> new CatalogException(name + " is " + matrix.dtype() + ", but there is no " + scale));
        long rows = Math.ceilDiv(matrix.rows(), blockRows);
        long columns = Math.ceilDiv(matrix.columns(), blockColumns);
        if (factors.dtype() != DType.F32 || !factors.shape().dimensions().equals(List.of(rows, columns))) {
            throw new CatalogException(scale + " is " + factors.dtype() + " " + factors.shape() + ", expected F32 ["
                    + rows + ", " + columns + "] for blocks of " + blockRows + " by " + blockColumns);
        }
        return matrix.withScales(new BlockScales(factors, blockRows, blockColumns, 0, 0));
    }
}
