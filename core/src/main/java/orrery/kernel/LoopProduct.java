package orrery.kernel;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * Products of rows and weights. C2 makes no vectors of a sum along a row, since floats must be added in order, but it does of one input added
 * to a run of outputs. So {@link LoopWeights} copies every matrix once, when it is first used, as {@code [inputs, outputs]}.
 *
 * <p>One input a turn for halves, not four: that loop is vectorised whenever it is compiled, the larger one in some runs only (12 to 17 against 3 to 16
 * billion weights a second), and a load and a store of the outputs, which lie in the first-level cache, cost little.
 */
final class LoopProduct {
    private final Map<Place, Entry> copies = new HashMap<>();
    private long bytes;

    /** Which memory, seen how: the same slice may be cut out of a matrix again for every step. */
    private record Place(long address, DType dtype, int rows, int columns, Matrix.Layout layout, long stride) {}

    /** Keeps what was copied reachable, so that other weights cannot come to lie in its place. */
    private record Entry(Matrix original, LoopWeights copy) {}

    /** {@code out[r, o] = sum over i of x[r, i] * weight[o, i]}. */
    void multiply(float[] out, float[] x, Matrix weight, int rows) {
        int outputs = weight.rows();
        int inputs = weight.columns();
        var copy = copyOf(weight);
        Arrays.fill(out, 0, rows * outputs, 0);
        // An input's weights stay in the first-level cache for all rows.
        switch (copy) {
            case LoopWeights.Floats(var weights) -> {
                int i = 0;
                for (; i <= inputs - 4; i += 4) {
                    for (int r = 0; r < rows; r++) {
                        addFour(out, r * outputs, outputs, weights, i * outputs, x, r * inputs + i);
                    }
                }
                for (; i < inputs; i++) {
                    for (int r = 0; r < rows; r++) {
                        addFloats(out, r * outputs, outputs, weights, i * outputs, x[r * inputs + i]);
                    }
                }
            }
            case LoopWeights.Halves(var weights, float scale) -> {
                for (int i = 0; i < inputs; i++) {
                    for (int r = 0; r < rows; r++) {
                        // Scaling by a power of two rounds nothing.
                        addHalves(out, r * outputs, outputs, weights, i * outputs, x[r * inputs + i] * scale);
                    }
                }
            }
        }
    }

    /** Four inputs at a time round a quarter as often, which full floats are worth. */
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

    private LoopWeights copyOf(Matrix weight) {
        var place = new Place(
                weight.data().address(),
                weight.dtype(),
                weight.rows(),
                weight.columns(),
                weight.layout(),
                weight.stride());
        var known = copies.get(place);
        if (known == null || !known.original.data().scope().isAlive()) {
            known = new Entry(weight, copy(weight));
            copies.put(place, known);
        }
        return known.copy;
    }

    private LoopWeights copy(Matrix weight) {
        bytes += LoopWeights.bytes(weight);
        long heap = Runtime.getRuntime().maxMemory();
        if (bytes > heap / 2) {
            throw new BackendException("copies of the model's weights take more than half of Java's heap of " + heap
                    + " bytes; the backend \"loops\" is for small models, expected another, or a larger heap (-Xmx)");
        }
        return LoopWeights.of(weight);
    }
}
