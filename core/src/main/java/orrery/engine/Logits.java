package orrery.engine;

import java.util.Arrays;

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

    /**
     * Below every logit of a model, and still finite behind every penalty and bias: {@link #keep} gives it to the
     * tokens that are not allowed.
     */
    static final float FORBIDDEN = -1e30f;

    /** Whether a logit, changed by penalties or not, is one that {@link #keep} has replaced. */
    static boolean isForbidden(float logit) {
        return logit <= FORBIDDEN / 128;
    }

    /**
     * Makes all tokens but the allowed ones impossible.
     *
     * @param allowed a mask as of {@link TokenConstraint#allowed}, with at least one word
     * @throws EngineException if a logit is not finite, or none is left
     */
    static void keep(float[] logits, long[] allowed) {
        requireFinite(logits);
        int words = Math.min(allowed.length, (logits.length + 63) / 64);
        int kept = 0;
        for (int i = 0; i < words; i++) {
            long word = allowed[i];
            int from = 64 * i;
            int to = Math.min(from + 64, logits.length);
            if (word == 0) {
                Arrays.fill(logits, from, to, FORBIDDEN);
            } else if (word == -1) {
                kept += to - from;
            } else {
                for (int id = from; id < to; id++) {
                    boolean keeps = ((word >>> id) & 1) != 0;
                    logits[id] = keeps ? logits[id] : FORBIDDEN;
                    kept += keeps ? 1 : 0;
                }
            }
        }
        Arrays.fill(logits, Math.min(64 * words, logits.length), logits.length, FORBIDDEN);
        if (kept == 0) {
            throw new EngineException("the answer's constraint allows no token of the vocabulary here");
        }
    }

    /** Whether a mask allows an id. */
    static boolean allows(long[] allowed, int id) {
        return allowed.length == 0 || (id >> 6 < allowed.length && ((allowed[id >> 6] >>> id) & 1) != 0);
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
