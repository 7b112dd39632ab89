package orrery.lab.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orrery.lab.tape.Parameter;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

/**
 * AdamW (arXiv:1711.05101, algorithm 2, as in PyTorch): decay first, then a step along the mean of the gradients over
 * the root of the mean of their squares. Betas 0.9 and 0.95, as is usual for language models.
 */
final class AdamW implements Optimizer {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.95;
    private static final double EPSILON = 1e-8;

    private static final int VALUES_TOGETHER = 4096;

    private final Arena arena = Arena.ofShared();
    private final List<Parameter> parameters;
    private final double weightDecay;
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    /** @param weightDecay of matrices that are multiplied; vectors and tables alone do not decay */
    AdamW(List<Parameter> parameters, double weightDecay) {
        this.parameters = List.copyOf(parameters);
        this.weightDecay = weightDecay;
        for (var parameter : this.parameters) {
            for (String moment : List.of("first.", "second.")) {
                var shape = parameter.value().shape();
                state.put(
                        moment + TrainingState.name(parameter),
                        Tensor.zeros(arena, DType.F32, shape.rows(), shape.columns()));
            }
        }
    }

    @Override
    public void update(int step, double learningRate, float factor) {
        double correction1 = 1 - StrictMath.pow(BETA_1, step + 1);
        double correction2 = 1 - StrictMath.pow(BETA_2, step + 1);
        float rate = (float) (learningRate / correction1);
        float scale = (float) (1 / Math.sqrt(correction2));
        for (var parameter : parameters) {
            float kept = parameter.matrix() ? (float) (1 - learningRate * weightDecay) : 1;
            String name = TrainingState.name(parameter);
            update(
                    parameter,
                    moment("first." + name).data(),
                    moment("second." + name).data(),
                    new Numbers(kept, rate, scale, factor));
        }
    }

    /** The factors of one update: what is kept of a value, and what the moments are multiplied with. */
    private record Numbers(float kept, float rate, float scale, float factor) {}

    private static void update(Parameter parameter, MemorySegment first, MemorySegment second, Numbers numbers) {
        var value = parameter.value().data();
        var gradient = parameter.gradient().data();
        var w = new float[VALUES_TOGETHER];
        var g = new float[VALUES_TOGETHER];
        var m = new float[VALUES_TOGETHER];
        var v = new float[VALUES_TOGETHER];
        for (long from = 0; from < parameter.count(); from += VALUES_TOGETHER) {
            int count = (int) Math.min(VALUES_TOGETHER, parameter.count() - from);
            long at = from * Float.BYTES;
            MemorySegment.copy(value, ValueLayout.JAVA_FLOAT, at, w, 0, count);
            MemorySegment.copy(gradient, ValueLayout.JAVA_FLOAT, at, g, 0, count);
            MemorySegment.copy(first, ValueLayout.JAVA_FLOAT, at, m, 0, count);
            MemorySegment.copy(second, ValueLayout.JAVA_FLOAT, at, v, 0, count);
            update(w, g, m, v, count, numbers);
            MemorySegment.copy(w, 0, value, ValueLayout.JAVA_FLOAT, at, count);
            MemorySegment.copy(m, 0, first, ValueLayout.JAVA_FLOAT, at, count);
            MemorySegment.copy(v, 0, second, ValueLayout.JAVA_FLOAT, at, count);
        }
    }

    private static void update(float[] w, float[] g, float[] m, float[] v, int count, Numbers numbers) {
        for (int i = 0; i < count; i++) {
            float slope = g[i] * numbers.factor;
            m[i] += (float) (1 - BETA_1) * (slope - m[i]);
            v[i] += (float) (1 - BETA_2) * (slope * slope - v[i]);
            float root = (float) Math.sqrt(v[i]) * numbers.scale + (float) EPSILON;
            w[i] = w[i] * numbers.kept - numbers.rate * m[i] / root;
        }
    }

    private Tensor moment(String name) {
        var moment = state.get(name);
        if (moment == null) {
            throw new IllegalStateException("no moment " + name);
        }
        return moment;
    }

    @Override
    public Map<String, Tensor> state() {
        return state;
    }

    @Override
    public void close() {
        arena.close();
    }
}
