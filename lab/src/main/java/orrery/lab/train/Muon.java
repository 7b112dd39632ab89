package orrery.lab.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.kernel.Kernels;
import orrery.lab.tape.Parameter;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Muon (Keller Jordan et al. 2024, kellerjordan.github.io/posts/muon): the momentum of a matrix's gradient, made nearly
 * orthogonal by five Newton-Schulz iterations, is its update. The update is scaled to the size that AdamW's has
 * (arXiv:2502.16982, equation 4), so that one learning rate serves both.
 */
final class Muon implements Optimizer {
    private static final float MOMENTUM = 0.95f;
    private static final int ITERATIONS = 5;
    private static final float A = 3.4445f;
    private static final float B = -4.7750f;
    private static final float C = 2.0315f;
    private static final double SIZE_OF_ADAMW = 0.2;

    private final Arena arena = Arena.ofShared();
    private final List<Parameter> parameters;
    private final double weightDecay;
    private final Kernels kernels;
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    /**
     * @param parameters matrices
     * @param kernels what multiplies; closed with this
     */
    Muon(List<Parameter> parameters, double weightDecay, Kernels kernels) {
        this.parameters = List.copyOf(parameters);
        this.weightDecay = weightDecay;
        this.kernels = kernels;
        for (var parameter : this.parameters) {
            var value = parameter.value();
            state.put(
                    "momentum." + TrainingState.name(parameter),
                    Tensor.zeros(arena, DType.F32, value.rows(), value.columns()));
        }
    }

    @Override
    public void update(int step, double learningRate, float factor) {
        for (var parameter : parameters) {
            var momentum = state.get("momentum." + TrainingState.name(parameter));
            if (momentum == null) {
                throw new IllegalStateException("no momentum of " + parameter.path());
            }
            var value = parameter.value();
            int rows = Math.toIntExact(value.rows());
            int columns = Math.toIntExact(value.columns());
            boolean turned = rows > columns;
            try (var scratch = Arena.ofConfined()) {
                var direction = turned
                        ? Tensor.zeros(scratch, DType.F32, columns, rows)
                        : Tensor.zeros(scratch, DType.F32, rows, columns);
                takeMomentum(parameter, momentum.data(), factor, turned, direction.data());
                var update = orthogonal(direction, scratch);
                float kept = (float) (1 - learningRate * weightDecay);
                float rate = (float) (learningRate * SIZE_OF_ADAMW * Math.sqrt(Math.max(rows, columns)));
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < columns; c++) {
                        long at = (long) r * columns + c;
                        float change = get(update.data(), turned ? (long) c * rows + r : at);
                        set(value.data(), at, get(value.data(), at) * kept - rate * change);
                    }
                }
            }
        }
    }

    /** Nesterov's momentum, as it is or transposed. */
    private static void takeMomentum(
            Parameter parameter, MemorySegment momentum, float factor, boolean turned, MemorySegment direction) {
        int rows = Math.toIntExact(parameter.value().rows());
        int columns = Math.toIntExact(parameter.value().columns());
        var gradient = parameter.gradient().data();
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                long at = (long) r * columns + c;
                float g = get(gradient, at) * factor;
                float m = get(momentum, at);
                m += (1 - MOMENTUM) * (g - m);
                set(momentum, at, m);
                set(direction, turned ? (long) c * rows + r : at, g + MOMENTUM * (m - g));
            }
        }
    }

    /**
     * The nearest matrix with orthogonal rows, nearly: singular values end between 0.7 and 1.2.
     *
     * @param x {@code [rows, columns]}, no more rows than columns; it is overwritten
     */
    private Tensor orthogonal(Tensor x, Arena scratch) {
        int rows = Math.toIntExact(x.rows());
        int columns = Math.toIntExact(x.columns());
        normalise(x.data(), rows * (long) columns);
        var square = Tensor.zeros(scratch, DType.F32, rows, rows);
        var fourth = Tensor.zeros(scratch, DType.F32, rows, rows);
        var product = Tensor.zeros(scratch, DType.F32, rows, columns);
        for (int i = 0; i < ITERATIONS; i++) {
            // square = x x^T; fourth = square square^T; x = A x + (B square + C fourth) x
            kernels.matmul(square, x, kernels.prepareInPlace(Matrix.of(x)), rows);
            kernels.matmul(fourth, square, kernels.prepareInPlace(Matrix.of(square)), rows);
            combine(fourth.data(), C, square.data(), B, (long) rows * rows);
            kernels.matmul(product, fourth, kernels.prepareInPlace(Matrix.of(x).transposed()), rows);
            combine(x.data(), A, product.data(), 1, (long) rows * columns);
        }
        return x;
    }

    private static void normalise(MemorySegment data, long count) {
        double squares = 0;
        for (long i = 0; i < count; i++) {
            double value = get(data, i);
            squares += value * value;
        }
        float inverse = (float) (1 / (Math.sqrt(squares) + 1e-7));
        for (long i = 0; i < count; i++) {
            set(data, i, get(data, i) * inverse);
        }
    }

    private static void combine(MemorySegment x, float a, MemorySegment y, float b, long count) {
        for (long i = 0; i < count; i++) {
            set(x, i, a * get(x, i) + b * get(y, i));
        }
    }

    private static float get(MemorySegment data, long index) {
        return data.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    private static void set(MemorySegment data, long index, float value) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    @Override
    public Map<String, Tensor> state() {
        return state;
    }

    @Override
    public void close() {
        kernels.close();
        arena.close();
    }
}
