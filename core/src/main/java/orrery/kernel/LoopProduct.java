package orrery.kernel;

import java.util.Arrays;

/**
 * Products of rows and weights. C2 does not vectorize a sum along a row, since floats must be added in order, but it
 * vectorizes adding one input's products to a run of outputs. So a {@link LoopWeight} is a copy
 * {@code [inputs, outputs]}.
 *
 * <p>Halves use one input at a time, not four: that loop is vectorized whenever it is compiled, the larger one only in
 * some runs (12 to 17 against 3 to 16 billion weights per second), and loading and storing the outputs, which are in
 * the first-level cache, costs little.
 */
final class LoopProduct {
    private LoopProduct() {}

    /**
     * {@code out[r, o] = sum over i of x[r, i] * weight[o, i]}, starting at the given elements of {@code out} and
     * {@code x}.
     */
    static void multiply(float[] out, int outAt, float[] x, int xAt, LoopWeight weight, int rows) {
        int outputs = weight.outputs();
        int inputs = weight.inputs();
        Arrays.fill(out, outAt, outAt + rows * outputs, 0);
        // An input's weights stay in the first-level cache for all rows.
        switch (weight) {
            case LoopWeight.Floats floats -> {
                float[] weights = floats.weights;
                int i = 0;
                for (; i <= inputs - 4; i += 4) {
                    for (int r = 0; r < rows; r++) {
                        addFour(out, outAt + r * outputs, outputs, weights, i * outputs, x, xAt + r * inputs + i);
                    }
                }
                for (; i < inputs; i++) {
                    for (int r = 0; r < rows; r++) {
                        addFloats(out, outAt + r * outputs, outputs, weights, i * outputs, x[xAt + r * inputs + i]);
                    }
                }
            }
            case LoopWeight.Halves halves -> {
                for (int i = 0; i < inputs; i++) {
                    for (int r = 0; r < rows; r++) {
                        // Scaling by a power of two does not round.
                        float input = x[xAt + r * inputs + i] * halves.scale;
                        addHalves(out, outAt + r * outputs, outputs, halves.weights, i * outputs, input);
                    }
                }
            }
        }
    }

    /** Four inputs at a time round a quarter as often, which is worth it for full floats. */
    private static void addFour(float[] out, int to, int outputs, float[] weights, int from, float[] x, int at) {
        float x0 = x[at];
        float x1 = x[at + 1];
        float x2 = x[at + 2];
        float x3 = x[at + 3];
        int from1 = from + outputs;
        int from2 = from1 + outputs;
        int from3 = from2 + outputs;
        for (int o = 0; o < outputs; o++) {
            out[to + o] += (x0 * weights[from + o] + x1 * weights[from1 + o])
                    + (x2 * weights[from2 + o] + x3 * weights[from3 + o]);
        }
    }

    private static void addFloats(float[] out, int to, int outputs, float[] weights, int from, float x) {
        for (int o = 0; o < outputs; o++) {
            out[to + o] += x * weights[from + o];
        }
    }

    private static void addHalves(float[] out, int to, int outputs, short[] weights, int from, float x) {
        for (int o = 0; o < outputs; o++) {
            out[to + o] += x * Float.float16ToFloat(weights[from + o]);
        }
    }
}
