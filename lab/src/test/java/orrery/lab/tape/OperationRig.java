package orrery.lab.tape;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.spec.WeightSpec;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * One operation or a few: its result, every element times a random factor, is a loss. The gradient by every element of
 * every input and weight is held against a central difference of the same operations in double.
 */
final class OperationRig {
    private static final double MOST = 1e-4;
    private static final double STEP = 1e-5;

    private final Map<String, WeightSpec> weights = new LinkedHashMap<>();
    private final List<int[]> inputs = new ArrayList<>();
    private long seed = 7;

    /** What is computed: inputs, and what overwrites them, are buffers of {@code kernels}. */
    @FunctionalInterface
    interface Computation {
        /** Returns the result. */
        Tensor run(Run run);
    }

    /** The kernels of one run with its inputs and weights. */
    record Run(Kernels kernels, List<Tensor> inputs, Parameters parameters) {
        Tensor input(int index) {
            return inputs.get(index);
        }

        Matrix matrix(String path, int copy) {
            return Matrix.of(parameters.of(path).get(copy).value());
        }

        Weight weight(String path) {
            return kernels.prepare(matrix(path, 0));
        }

        List<Weight> weights(String path) {
            return parameters.of(path).stream()
                    .map(one -> kernels.prepare(Matrix.of(one.value())))
                    .toList();
        }

        Tensor vector(String path) {
            var matrix = matrix(path, 0);
            return kernels.vector(matrix, 0, matrix.columns(), 0);
        }
    }

    OperationRig input(int rows, int columns) {
        inputs.add(new int[] {rows, columns});
        return this;
    }

    OperationRig weight(String path, int copies, Integer... dimensions) {
        weights.put(path, new WeightSpec(path, List.of(dimensions), copies, copies, WeightSpec.Use.MULTIPLIED));
        return this;
    }

    OperationRig seed(long other) {
        seed = other;
        return this;
    }

    /**
     * Compares.
     *
     * @param rows of the result that count
     */
    void check(int rows, Computation computation) {
        for (String backend : List.of("scalar", Backend.best().name())) {
            try (var parameters = Parameters.zeros(weights)) {
                new RandomFloats(seed).fill(parameters);
                check(Backend.named(backend), parameters, rows, computation);
            }
        }
    }

    private void check(Backend backend, Parameters parameters, int rows, Computation computation) {
        try (var taping = new TapingKernels(backend.open(new Backend.Options(2)), parameters);
                var doubles = new DoubleKernels(parameters)) {
            var given = inputs(taping);
            var run = new Run(taping, given, parameters);
            taping.begin();
            var result = computation.run(run);
            var factors = new RandomFloats(3).normal(taping.allocate(rows, (int) result.columns()), 0, 1);
            taping.weightedSum(result, factors, rows);
            taping.backward();
            var same = inputs(doubles);
            var starts = same.stream().map(x -> doubles.memory.of(x).clone()).toList();
            DoubleSupplier loss = () -> {
                for (int i = 0; i < starts.size(); i++) {
                    System.arraycopy(starts.get(i), 0, doubles.memory.of(same.get(i)), 0, starts.get(i).length);
                }
                var numbers = doubles.memory.of(computation.run(new Run(doubles, same, parameters)));
                double sum = 0;
                for (int i = 0; i < factors.shape().elements(); i++) {
                    sum += numbers[i] * factors.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                }
                return sum;
            };
            for (int i = 0; i < given.size(); i++) {
                compare("input " + i, taping.gradient(given.get(i)), starts.get(i), loss);
            }
            for (var parameter : parameters.all()) {
                compare(parameter.path(), parameter.gradient(), doubles.memory.of(parameter), loss);
            }
        }
    }

    private List<Tensor> inputs(Kernels kernels) {
        var noise = new RandomFloats(seed + 1);
        return inputs.stream()
                .map(shape -> noise.normal(kernels.allocate(shape[0], shape[1]), 0, 1))
                .toList();
    }

    private static void compare(String as, Tensor gradient, double[] numbers, DoubleSupplier loss) {
        double errors = 0;
        double expected = 0;
        for (int i = 0; i < numbers.length; i++) {
            double before = numbers[i];
            numbers[i] = before + STEP;
            double up = loss.getAsDouble();
            numbers[i] = before - STEP;
            double slope = (up - loss.getAsDouble()) / (2 * STEP);
            numbers[i] = before;
            double computed = gradient.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            errors += (computed - slope) * (computed - slope);
            expected += slope * slope;
        }
        assertThat(Math.sqrt(errors)).as(as).isLessThanOrEqualTo(MOST * Math.sqrt(expected));
    }
}
