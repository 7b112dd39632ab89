package orrery.engine;

/** A row of logits. */
final class Logits {
    private Logits() {}

    /**
     * The index of the largest; the lowest index if several are equal.
     *
     * @throws EngineException if one is not finite
     */
    static int largest(float[] logits) {
        requireFinite(logits);
        return largestOf(logits);
    }

    /** The index of the largest of finite numbers; the lowest index if several are equal. */
    static int largestOf(float[] logits) {
        // Two loops that the compiler vectorizes, instead of one that it does not.
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        int index = 0;
        while (logits[index] != most) {
            index++;
        }
        return index;
    }

    /** @throws EngineException naming the first one that is not finite */
    static void requireFinite(float[] logits) {
        // Without the sign, the bits of floats are ordered by magnitude, then infinity, then NaN.
        int most = 0;
        for (float logit : logits) {
            most = Math.max(most, Float.floatToRawIntBits(logit) & Integer.MAX_VALUE);
        }
        if (most < Float.floatToRawIntBits(Float.POSITIVE_INFINITY)) {
            return;
        }
        int at = 0;
        while (Float.isFinite(logits[at])) {
            at++;
        }
        throw new EngineException("the model gave the logit " + logits[at] + " to token " + at
                + ", expected a finite number; the weights may be damaged, or numbers lie beyond the range of the"
                + " weights' type or of the KV cache's (F16 ends at 65504; --kv-type bf16 or f32)");
    }
}
