package orrery.kernel;

import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The product of the scalar reference, for weights that a fast backend has no kernel for. */
public final class PlainProduct {
    private PlainProduct() {}

    /** {@code out[r, o] = sum over i of x[r, i] * weight[o, i]}, summed in double. */
    public static void multiply(Tensor out, Tensor x, Matrix weight, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < weight.rows(); o++) {
                double sum = 0;
                for (int i = 0; i < weight.columns(); i++) {
                    sum += (double) Elements.of(x, r, i) * Elements.of(weight, o, i);
                }
                Elements.set(out, r, o, (float) sum);
            }
        }
    }
}
