package orrery.lab.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orrery.kernel.Backend;
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
    private final List<Worker> workers;
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    /**
     * @param parameters matrices
     * @param kernels whose threads share the matrices; closed with this
     */
    Muon(List<Parameter> parameters, double weightDecay, Kernels kernels) {
        this.parameters = List.copyOf(parameters);
        this.weightDecay = weightDecay;
        this.kernels = kernels;
        workers = Stream.generate(() -> new Worker(Backend.best().open(new Backend.Options(1))))
                .limit(kernels.crew().workers())
                .toList();
        for (var parameter : this.parameters) {
            var value = parameter.value();
            state.put(
                    "momentum." + TrainingState.name(parameter),
                    Tensor.zeros(arena, DType.F32, value.rows(), value.columns()));
        }
    }

    /** Each matrix is one thread's, so that it is the same whatever the number of threads. */
    @Override
    public void update(int step, double learningRate, float factor) {
        kernels.crew()
                .run(
                        (part, worker) -> {
                            var parameter = parameters.get(part);
                            var momentum = state.get("momentum." + TrainingState.name(parameter));
                            if (momentum == null) {
                                throw new IllegalStateException("no momentum of " + parameter.path());
                            }
                            workers.get(worker).update(parameter, momentum, learningRate, weightDecay, factor);
                        },
                        parameters.size());
    }

    /** What one thread works with. */
    private record Worker(Kernels kernels) implements AutoCloseable {
        void update(Parameter parameter, Tensor momentum, double learningRate, double weightDecay, float factor) {
            int rows = Math.toIntExact(parameter.value().rows());
            int columns = Math.toIntExact(parameter.value().columns());
            boolean turned = rows > columns;
            try (var scratch = Arena.ofConfined()) {
                var direction = direction(parameter, momentum, factor);
                var x = tensor(
                        turned ? transposed(direction, rows, columns) : direction,
                        Math.min(rows, columns),
                        Math.max(rows, columns),
                        scratch);
                float[] result = floats(orthogonal(x, scratch));
                float[] update = turned ? transposed(result, columns, rows) : result;
                float kept = (float) (1 - learningRate * weightDecay);
                float rate = (float) (learningRate * SIZE_OF_ADAMW * Math.sqrt(Math.max(rows, columns)));
                var value = floats(parameter.value());
                for (int i = 0; i < value.length; i++) {
                    value[i] = value[i] * kept - rate * update[i];
                }
                write(value, parameter.value());
            }
        }

        /** Nesterov's momentum. */
        private static float[] direction(Parameter parameter, Tensor momentum, float factor) {
            var gradient = floats(parameter.gradient());
            var mean = floats(momentum);
            for (int i = 0; i < mean.length; i++) {
                float g = gradient[i] * factor;
                mean[i] += (1 - MOMENTUM) * (g - mean[i]);
                gradient[i] = g + MOMENTUM * (mean[i] - g);
            }
            write(mean, momentum);
            return gradient;
        }

        /**
         * The nearest matrix with orthogonal rows, nearly: singular values end between 0.7 and 1.2.
         *
         * @param x {@code [rows, columns]}, no more rows than columns; it is overwritten
         */
        private Tensor orthogonal(Tensor x, Arena scratch) {
            int rows = Math.toIntExact(x.rows());
            normalise(x);
            var square = Tensor.zeros(scratch, DType.F32, rows, rows);
            var fourth = Tensor.zeros(scratch, DType.F32, rows, rows);
            var product = Tensor.zeros(scratch, DType.F32, rows, x.columns());
            for (int i = 0; i < ITERATIONS; i++) {
                // square = x x^T; fourth = square square^T; x = A x + (B square + C fourth) x
                kernels.matmul(square, x, kernels.prepareInPlace(Matrix.of(x)), rows);
                kernels.matmul(fourth, square, kernels.prepareInPlace(Matrix.of(square)), rows);
                combine(fourth, C, square, B);
                kernels.matmul(
                        product, fourth, kernels.prepareInPlace(Matrix.of(x).transposed()), rows);
                combine(x, A, product, 1);
            }
            return x;
        }

        @Override
        public void close() {
            kernels.close();
        }
    }

    private static void normalise(Tensor x) {
        var values = floats(x);
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        float inverse = (float) (1 / (Math.sqrt(squares) + 1e-7));
        for (int i = 0; i < values.length; i++) {
            values[i] *= inverse;
        }
        write(values, x);
    }

    private static void combine(Tensor x, float a, Tensor y, float b) {
        var values = floats(x);
        var others = floats(y);
        for (int i = 0; i < values.length; i++) {
            values[i] = a * values[i] + b * others[i];
        }
        write(values, x);
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        var turned = new float[matrix.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = matrix[r * columns + c];
            }
        }
        return turned;
    }

    // Loops are over arrays, because those over memory segments are not compiled to vector instructions.

    private static float[] floats(Tensor tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_FLOAT);
    }

    private static void write(float[] values, Tensor tensor) {
        MemorySegment.copy(values, 0, tensor.data(), ValueLayout.JAVA_FLOAT, 0, values.length);
    }

    private static Tensor tensor(float[] values, int rows, int columns, Arena scratch) {
        var tensor = Tensor.zeros(scratch, DType.F32, rows, columns);
        write(values, tensor);
        return tensor;
    }

    @Override
    public Map<String, Tensor> state() {
        return state;
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
        kernels.close();
        arena.close();
    }
}
