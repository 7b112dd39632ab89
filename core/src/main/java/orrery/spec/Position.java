package orrery.spec;

import java.util.Optional;

/** The position encoding of an attention layer. */
public sealed interface Position {
    /** How queries and keys are rotated; empty if they are not. */
    default Optional<Rope> rope() {
        return switch (this) {
            case Rope rope -> Optional.of(rope);
            case None _ -> Optional.empty();
        };
    }

    /**
     * Rotary position embedding (arXiv:2104.09864).
     *
     * @param theta the base of the frequencies
     * @param dimensions how many elements of a head are rotated: all of them, except in multi-head latent attention
     * @param pairing which elements form a pair; a property of the file, not of the architecture
     * @param scaling how the frequencies are scaled for longer contexts
     */
    record Rope(double theta, int dimensions, Pairing pairing, RopeScaling scaling) implements Position {
        public Rope {
            SpecException.require(theta > 0, "rope_theta is " + theta + ", expected more than 0");
            SpecException.require(
                    dimensions > 0 && dimensions % 2 == 0,
                    "RoPE over " + dimensions + " dimensions, expected a positive even number");
            int divisors = scaling.pairDivisors();
            SpecException.require(
                    divisors == RopeScaling.NO_DIVISORS || divisors == dimensions / 2,
                    "RoPE over " + dimensions + " dimensions, whose " + dimensions / 2
                            + " frequencies are divided by another number of divisors, " + divisors);
        }

        public Rope(double theta, int dimensions) {
            this(theta, dimensions, Pairing.HALVES, RopeScaling.NONE);
        }

        public Rope(double theta, int dimensions, RopeScaling scaling) {
            this(theta, dimensions, Pairing.HALVES, scaling);
        }

        /**
         * Radians per position for every pair of a short sequence, {@code [dimensions / 2]}, rounded to float as in the
         * reference implementations.
         */
        public float[] frequencies() {
            return frequencies(1);
        }

        /** The same for a sequence of {@code length} positions. */
        public float[] frequencies(int length) {
            return scaling.frequencies(theta, dimensions, length);
        }
    }

    /** No position encoding (NoPE, arXiv:2305.19466), or one that the embedding has already added. */
    record None() implements Position {}

    Position NONE = new None();

    /** Which two elements of a head of {@code d} elements are rotated together. */
    enum Pairing {
        /** {@code (x[i], x[i + d/2])}: Hugging Face's layout. */
        HALVES,
        /** {@code (x[2i], x[2i + 1])}: the layout of the papers, of DeepSeek and of Llama 4. */
        INTERLEAVED
    }
}
