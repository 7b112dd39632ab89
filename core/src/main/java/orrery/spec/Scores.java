package orrery.spec;

/**
 * How a query-key product becomes the argument of the softmax.
 *
 * @param scale the factor of the product
 * @param softcap {@code c} of {@code c * tanh(score / c)} (Gemma 2), or 0 for none
 * @param temperature the factor of a query by its position (Llama 4)
 */
public record Scores(double scale, double softcap, Temperature temperature) {
    public Scores {
        SpecException.require(
                scale > 0 && Double.isFinite(scale), "an attention scale is " + scale + ", expected more than 0");
        SpecException.require(softcap >= 0, "attn_logit_softcapping is " + softcap + ", expected 0 or more");
    }

    public Scores(double scale) {
        this(scale, 0, Temperature.NONE);
    }

    /** Only {@code 1 / sqrt(size)}. */
    public static Scores overRootOf(double size) {
        return new Scores(1 / Math.sqrt(size));
    }

    public Scores withSoftcap(double other) {
        return new Scores(scale, other, temperature);
    }

    /** Whether queries are scaled by their position. */
    public sealed interface Temperature {
        /** They are not. */
        record None() implements Temperature {}

        /** {@code 1 + attentionScale * ln(1 + floor((position + 1) / floorScale))}: Llama 4's NoPE layers. */
        record Tuned(double attentionScale, int floorScale) implements Temperature {
            public Tuned {
                SpecException.require(floorScale > 0, "floor_scale is " + floorScale + ", expected 1 or more");
            }

            public double at(int position) {
                return 1 + attentionScale * Math.log(1 + Math.floor((position + 1.0) / floorScale));
            }
        }

        Temperature NONE = new None();
    }
}
