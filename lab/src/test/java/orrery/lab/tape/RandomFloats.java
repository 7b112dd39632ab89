package orrery.lab.tape;

import java.lang.foreign.ValueLayout;
import java.util.Random;
import orrery.tensor.Tensor;

/** Random weights and activations, of sizes at which every non-linearity shows. */
final class RandomFloats {
    private final Random random;

    RandomFloats(long seed) {
        random = new Random(seed);
    }

    /** Matrices that keep a row's size, gains and biases around a half. */
    RandomFloats fill(Parameters parameters) {
        for (var parameter : parameters.all()) {
            var value = parameter.value();
            boolean vector = value.rows() == 1;
            normal(value, vector ? 0.5f : 0, vector ? 0.3f : (float) (1 / Math.sqrt(value.columns())));
        }
        return this;
    }

    Tensor normal(Tensor x, float mean, float deviation) {
        for (long i = 0; i < x.shape().elements(); i++) {
            x.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, mean + deviation * (float) random.nextGaussian());
        }
        return x;
    }

    int[] tokens(int count, int vocabulary) {
        return random.ints(count, 0, vocabulary).toArray();
    }

    /** Each 1 or -1. */
    int[] signs(int count) {
        return random.ints(count, 0, 2).map(bit -> 2 * bit - 1).toArray();
    }
}
