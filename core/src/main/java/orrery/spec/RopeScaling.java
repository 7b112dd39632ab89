package orrery.spec;

import java.util.List;

/**
 * RoPE scaling: how the frequencies {@code w_i = theta^(-2i/d)} change so that a model handles more positions than it
 * was trained with.
 */
public sealed interface RopeScaling {

    /** Unscaled. */
    final class None implements RopeScaling {
        // Only the interface creates it: otherwise two threads, one initializing each class, could deadlock.
        private None() {}

        @Override
        public String toString() {
            return "None";
        }
    }

    /** Linear scaling: every frequency divided by a factor (position interpolation, arXiv:2306.15595). */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            SpecException.require(factor > 0, "a linear rope factor is " + factor + ", expected more than 0");
        }
    }

    /**
     * Llama 3.1's rule (arXiv:2407.21783, and the release's code): wavelengths below {@code original / high} stay,
     * those above {@code original / low} are divided by the factor, and those between are blended. Scout's two factors
     * are equal, so nothing is blended.
     */
    record Llama3(double factor, double lowFrequency, double highFrequency, int original) implements RopeScaling {
        public Llama3 {
            SpecException.require(factor > 0, "a llama3 rope factor is " + factor + ", expected more than 0");
            SpecException.require(
                    lowFrequency > 0 && highFrequency >= lowFrequency,
                    "low_freq_factor " + lowFrequency + " and high_freq_factor " + highFrequency
                            + ": expected 0 < low <= high");
            SpecException.require(
                    original > 0, "original_max_position_embeddings is " + original + ", expected 1 or more");
        }
    }

    /**
     * YaRN (arXiv:2309.00071): slow pairs are divided by the factor, fast ones stay, and a ramp connects them.
     *
     * @param attentionFactor the factor of cosine and sine
     * @param truncate whether the ramp's ends are rounded to whole pairs
     */
    record Yarn(double factor, int original, double betaFast, double betaSlow, double attentionFactor, boolean truncate)
            implements RopeScaling {
        public Yarn {
            SpecException.require(factor > 0, "a yarn factor is " + factor + ", expected more than 0");
            SpecException.require(
                    original > 0, "original_max_position_embeddings is " + original + ", expected 1 or more");
            SpecException.require(
                    betaFast > 0 && betaSlow > 0,
                    "beta_fast " + betaFast + " and beta_slow " + betaSlow + ": expected more than 0");
        }

        /** The temperature {@code 0.1 m ln(s) + 1} by which YaRN sharpens attention; 1 for {@code s <= 1}. */
        public static double temperature(double scale, double mscale) {
            return scale <= 1 ? 1 : 0.1 * mscale * Math.log(scale) + 1;
        }

        private double pairOf(double rotations, double theta, int dimensions) {
            return dimensions * Math.log(original / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
        }

        private double stretch(double frequency, int pair, double theta, int dimensions) {
            double low = pairOf(betaFast, theta, dimensions);
            double high = pairOf(betaSlow, theta, dimensions);
            if (truncate) {
                low = Math.floor(low);
                high = Math.ceil(high);
            }
            low = Math.max(low, 0);
            high = Math.min(high, dimensions - 1.0);
            if (low == high) {
                high += 0.001;
            }
            double ramp = Math.clamp((pair - low) / (high - low), 0, 1);
            return frequency / factor * ramp + frequency * (1 - ramp);
        }
    }

    /**
     * A divisor for each pair's frequency: the form in which GGUF files store rules such as {@link Llama3}
     * ({@code rope_freqs.weight}).
     *
     * @param divisors 1 or more, one per pair
     */
    record Divided(List<Float> divisors) implements RopeScaling {
        public Divided {
            divisors = List.copyOf(divisors);
            for (float divisor : divisors) {
                SpecException.require(
                        divisor >= 1 && Float.isFinite(divisor),
                        "a rope frequency is divided by " + divisor + ", expected 1 or more");
            }
        }
    }

    /**
     * Dynamic NTK scaling (transformers' {@code dynamic}): unscaled up to {@code original} positions; beyond, theta
     * grows with every further position, so all frequencies change.
     */
    record Dynamic(double factor, int original) implements RopeScaling {
        public Dynamic {
            SpecException.require(factor > 0, "a dynamic rope factor is " + factor + ", expected more than 0");
            SpecException.require(original > 0, "max_position_embeddings is " + original + ", expected 1 or more");
        }

        private double theta(double plain, int dimensions, int length) {
            double stretch = factor * Math.max(length, original) / original - (factor - 1);
            return plain * Math.pow(stretch, dimensions / (dimensions - 2.0));
        }
    }

    /**
     * LongRoPE (arXiv:2402.13753): a divisor for each pair's frequency, found by search; one list for sequences of at
     * most {@code original} positions, another for longer ones.
     *
     * @param shortDivisors more than 0, one per pair
     * @param longDivisors as many
     * @param attentionFactor the factor of cosine and sine, at every length
     */
    record LongRope(List<Double> shortDivisors, List<Double> longDivisors, int original, double attentionFactor)
            implements RopeScaling {
        public LongRope {
            shortDivisors = List.copyOf(shortDivisors);
            longDivisors = List.copyOf(longDivisors);
            SpecException.require(
                    shortDivisors.size() == longDivisors.size(),
                    "longrope has " + shortDivisors.size() + " short factors and " + longDivisors.size()
                            + " long ones, expected as many");
            for (var divisors : List.of(shortDivisors, longDivisors)) {
                for (double divisor : divisors) {
                    SpecException.require(
                            divisor > 0 && Double.isFinite(divisor),
                            "longrope divides a frequency by " + divisor + ", expected more than 0");
                }
            }
            SpecException.require(
                    original > 0, "original_max_position_embeddings is " + original + ", expected 1 or more");
        }

        /** The paper's factor of cosine and sine for a context {@code factor} times the original one. */
        public static double attentionFactor(double factor, int original) {
            return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        }

        private double divisor(int pair, int length) {
            return (length > original ? longDivisors : shortDivisors).get(pair);
        }
    }

    RopeScaling NONE = new None();

    /** The value of {@link #pairDivisors} without a divisor per pair. */
    int NO_DIVISORS = -1;

    /** The number of pairs with a divisor, or {@link #NO_DIVISORS}. */
    default int pairDivisors() {
        return switch (this) {
            case Divided divided -> divided.divisors().size();
            case LongRope rule -> rule.shortDivisors().size();
            case None _, Linear _, Llama3 _, Yarn _, Dynamic _ -> NO_DIVISORS;
        };
    }

    /** The factor of cosine and sine. */
    default double attentionFactor() {
        return switch (this) {
            case Yarn yarn -> yarn.attentionFactor();
            case LongRope rule -> rule.attentionFactor();
            case None _, Linear _, Llama3 _, Divided _, Dynamic _ -> 1;
        };
    }

    /**
     * The shortest length that has the same frequencies as a sequence of {@code length}; always 1 if frequencies do not
     * depend on the length. While this value stays the same, a growing sequence can keep its cached keys.
     */
    default int sameAs(int length) {
        return switch (this) {
            case None _, Linear _, Llama3 _, Yarn _, Divided _ -> 1;
            case Dynamic(var _, var original) -> length > original ? length : 1;
            case LongRope rule -> length > rule.original() ? rule.original() + 1 : 1;
        };
    }

    /** Radians per position for every pair of a short sequence, {@code [dimensions / 2]}. */
    default float[] frequencies(double theta, int dimensions) {
        return frequencies(theta, dimensions, 1);
    }

    /** The same for a sequence of {@code length} positions. */
    default float[] frequencies(double theta, int dimensions, int length) {
        double base = this instanceof Dynamic rule ? rule.theta(theta, dimensions, length) : theta;
        var frequencies = new float[dimensions / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double plain = Math.pow(base, -2.0 * i / dimensions);
            frequencies[i] = (float)
                    switch (this) {
                        case None _, Dynamic _ -> plain;
                        case Linear(var factor) -> plain / factor;
                        case Llama3 rule -> blend(rule, plain);
                        case Divided divided -> plain / divided.divisors().get(i);
                        case LongRope rule -> plain / rule.divisor(i, length);
                        case Yarn yarn -> yarn.stretch(plain, i, theta, dimensions);
                    };
        }
        return frequencies;
    }

    private static double blend(Llama3 rule, double frequency) {
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength < rule.original() / rule.highFrequency()) {
            return frequency;
        }
        // Before the blend, which would divide by zero with equal factors.
        if (wavelength > rule.original() / rule.lowFrequency() || rule.highFrequency() == rule.lowFrequency()) {
            return frequency / rule.factor();
        }
        double share =
                (rule.original() / wavelength - rule.lowFrequency()) / (rule.highFrequency() - rule.lowFrequency());
        return (1 - share) * frequency / rule.factor() + share * frequency;
    }
}
