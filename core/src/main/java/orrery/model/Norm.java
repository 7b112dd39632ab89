package orrery.model;

import orrery.kernel.Kernels;
import orrery.spec.NormSpec;
import orrery.spec.NormSpec.Gain;
import orrery.tensor.Tensor;

/** A norm with its weights. */
sealed interface Norm {
    /** {@code out = norm(x)} for each row, or for each group of the weight's size; {@code out} may be {@code x}. */
    void apply(Tensor out, Tensor x, int rows);

    /** Whether it does anything. */
    default boolean present() {
        return true;
    }

    /** No norm: a copy, if the output is another tensor. */
    record None(Kernels kernels) implements Norm {
        @Override
        public void apply(Tensor out, Tensor x, int rows) {
            if (!out.equals(x)) {
                kernels.copy(out, x, rows);
            }
        }

        @Override
        public boolean present() {
            return false;
        }
    }

    /** Root mean square. */
    record Rms(Kernels kernels, Tensor weight, double epsilon) implements Norm {
        @Override
        public void apply(Tensor out, Tensor x, int rows) {
            kernels.rmsNorm(out, x, weight, epsilon, rows);
        }
    }

    /** Mean and variance. */
    record Layer(Kernels kernels, Tensor weight, Tensor bias, double epsilon) implements Norm {
        @Override
        public void apply(Tensor out, Tensor x, int rows) {
            kernels.layerNorm(out, x, weight, bias, epsilon, rows);
        }
    }

    /**
     * Binds a norm.
     *
     * @param path of its weights, without {@code .weight}
     * @param size elements that are normalized together, if there is no weight
     */
    static Norm bind(NormSpec spec, String path, int size, BoundWeights weights) {
        var kernels = weights.kernels();
        return switch (spec) {
            case NormSpec.None _ -> new None(kernels);
            case NormSpec.Rms(var epsilon, var gain) -> new Rms(kernels, gain(gain, path, size, weights), epsilon);
            case NormSpec.Layer(var epsilon) ->
                new Layer(kernels, weights.vector(path + ".weight", 0), weights.vector(path + ".bias", 0), epsilon);
        };
    }

    private static Tensor gain(Gain gain, String path, int size, BoundWeights weights) {
        return switch (gain) {
            case WEIGHT -> weights.vector(path + ".weight", 0);
            // The sum is computed once here, in float, as the reference implementations do at every use.
            case ONE_PLUS_WEIGHT -> weights.vector(path + ".weight", 1);
            case NONE -> {
                var ones = weights.kernels().allocate(1, size);
                for (int i = 0; i < size; i++) {
                    ones.data().setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, 1);
                }
                yield ones;
            }
        };
    }
}
