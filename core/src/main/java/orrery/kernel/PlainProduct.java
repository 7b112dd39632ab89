package orrery.kernel;

import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The product of the scalar reference, summed in double. */
final class PlainProduct {
    private PlainProduct() {}

    /**
     * {@code out[r, outColumn + o] = sum over i of x[r, column + i] * weight[o, i]} for {@code rows} rows from
     * {@code first} on. Each element of the weights is decoded once.
     */
    static void rows(Tensor out, long outColumn, Tensor x, long column, Matrix weight, int first, int rows) {
        int inputs = weight.columns();
        var given = new float[rows][inputs];
        for (int r = 0; r < rows; r++) {
            Elements.read(x.data(), x.dtype(), (first + r) * x.columns() + column, given[r]);
        }
        var elements = new float[inputs];
        for (int o = 0; o < weight.rows(); o++) {
            read(weight, o, elements);
            for (int r = 0; r < rows; r++) {
                Elements.set(out, first + r, outColumn + o, (float) dot(given[r], elements));
            }
        }
    }

    /** The weights of one output. Blocks are decoded element by element, by their definition. */
    private static void read(Matrix weight, int output, float[] to) {
        if (weight.layout() == Matrix.Layout.OUT_IN && !weight.dtype().blocked()) {
            Elements.run(weight, output, to);
            return;
        }
        for (int i = 0; i < to.length; i++) {
            to[i] = Elements.of(weight, output, i);
        }
    }

    private static double dot(float[] x, float[] elements) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * elements[i];
        }
        return sum;
    }
}
