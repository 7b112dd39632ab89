package orrery.spec;

import java.util.List;

/** How a vector is normalized. */
public sealed interface NormSpec {

    /**
     * RMSNorm (arXiv:1910.07467): {@code y = gain * x / sqrt(mean(x^2) + epsilon)}.
     *
     * @param epsilon added under the root
     * @param gain the factor of the normalized vector
     */
    record Rms(double epsilon, Gain gain) implements NormSpec {
        public Rms {
            SpecException.require(epsilon >= 0, "a norm's epsilon is " + epsilon + ", expected 0 or more");
        }

        public Rms(double epsilon) {
            this(epsilon, Gain.WEIGHT);
        }
    }

    /**
     * LayerNorm with weight and bias (arXiv:1607.06450):
     * {@code y = (x - mean) / sqrt(variance + epsilon) * weight + bias}.
     */
    record Layer(double epsilon) implements NormSpec {
        public Layer {
            SpecException.require(epsilon >= 0, "a norm's epsilon is " + epsilon + ", expected 0 or more");
        }
    }

    /** No norm. */
    final class None implements NormSpec {
        // Only the interface creates it: otherwise two threads, one initializing each class, could deadlock.
        private None() {}

        @Override
        public String toString() {
            return "None";
        }
    }

    /** What a stored norm weight means. */
    enum Gain {
        /** The gain is the stored weight. */
        WEIGHT,
        /** The gain is one plus the stored weight: Gemma 1 to 3 in safetensors. */
        ONE_PLUS_WEIGHT,
        /** No weight is stored and the gain is one. */
        NONE
    }

    NormSpec NONE = new None();

    /** The tensors of this norm for vectors of {@code size}. */
    default List<WeightSpec> weights(int size) {
        return switch (this) {
            case None _ -> List.of();
            case Rms(var _, var gain) ->
                switch (gain) {
                    case NONE -> List.of();
                    case WEIGHT, ONE_PLUS_WEIGHT -> List.of(WeightSpec.of("weight", size));
                };
            case Layer _ -> List.of(WeightSpec.of("weight", size), WeightSpec.of("bias", size));
        };
    }

    /** The same, each with the prefix {@code owner}. */
    default List<WeightSpec> weights(String owner, int size) {
        return weights(size).stream().map(weight -> weight.within(owner)).toList();
    }
}
