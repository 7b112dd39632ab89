package orrery.model;

import java.util.List;
import orrery.kernel.Elements;
import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Matrix.Layout;

/**
 * The up-projections of latent attention, head by head. Those of the keys are read in both directions: forwards to rebuild keys, backwards to take a query into the latents' space. Elements that
 * stand alone are read where they lie either way; kernels read blocks only along a row, so of quantised weights one direction is copied as F32 when they are bound.
 *
 * @param queryToLatent {@code [rank, plainSize]} of each head
 * @param latentToKey {@code [plainSize, rank]} of each head
 * @param latentToValue {@code [valueSize, rank]} of each head
 */
record LatentUp(List<Matrix> queryToLatent, List<Matrix> latentToKey, List<Matrix> latentToValue) {

    /** Binds {@code path.k_up.weight} and {@code path.v_up.weight}. */
    static LatentUp bind(String path, Weights weights, Kernels kernels) {
        var keys = weights.matrices(path + ".k_up.weight");
        var values = weights.matrices(path + ".v_up.weight");
        return new LatentUp(
                readable(keys.stream().map(Matrix::transposed).toList(), weights, kernels),
                readable(keys, weights, kernels),
                readable(values, weights, kernels));
    }

    private static List<Matrix> readable(List<Matrix> heads, Weights weights, Kernels kernels) {
        return heads.stream()
                .map(head -> head.dtype().blocked() && head.layout() == Layout.IN_OUT
                        ? copied(head, kernels)
                        : weights.product(head))
                .toList();
    }

    /** The same matrix in the same layout with every element standing alone. */
    private static Matrix copied(Matrix matrix, Kernels kernels) {
        int length = matrix.rows();
        var run = new float[length];
        var copy = kernels.allocate(matrix.columns(), length);
        for (int i = 0; i < matrix.columns(); i++) {
            Elements.run(matrix, i, run);
            java.lang.foreign.MemorySegment.copy(
                    run,
                    0,
                    copy.data(),
                    java.lang.foreign.ValueLayout.JAVA_FLOAT,
                    (long) i * length * Float.BYTES,
                    length);
        }
        return new Matrix(DType.F32, length, matrix.columns(), Layout.IN_OUT, length, copy.data());
    }
}
