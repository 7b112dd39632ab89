package orrery.kernel;

import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The product of the scalar reference, summed in double. */
final class PlainProduct {
    private PlainProduct() {}

    /**
     * {@code out[o] = sum over i of x[i] * weight[o, i]} for one row, read from one column on and written from another.
     */
    static void row(Tensor out, int row, long outColumn, Tensor x, long column, Matrix weight) {
        for (int o = 0; o < weight.rows(); o++) {
            double sum = 0;
            for (int i = 0; i < weight.columns(); i++) {
                sum += (double) Elements.of(x, row, column + i) * Elements.of(weight, o, i);
            }
            Elements.set(out, row, outColumn + o, (float) sum);
        }
    }
}
