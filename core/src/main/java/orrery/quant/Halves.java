package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** The F16 numbers that blocks use for their scales. */
final class Halves {
    /**
     * The nearest F16 is larger than this share of a number in the normal range; only subnormal ones are less precise.
     */
    private static final float LEAST_SHARE = 1 - 0x1p-10f;

    private Halves() {}

    /**
     * The nearest F16.
     *
     * @throws QuantException if it would be infinite
     */
    static float nearest(DType dtype, float value) {
        float half = Float.float16ToFloat(Float.floatToFloat16(value));
        if (Float.isInfinite(half) || Float.isNaN(half)) {
            throw new QuantException(dtype + " cannot hold so large a number: a block's scale would be " + value
                    + ", and F16 ends at 65504");
        }
        return half;
    }

    /**
     * The F16 for scaling levels: the nearest, unless that is much smaller (subnormal, perhaps zero); then the next one
     * farther from zero, so that the largest level still reaches the largest value.
     */
    static float scale(DType dtype, float value) {
        float half = nearest(dtype, value);
        if (Math.abs(half) >= Math.abs(value) * LEAST_SHARE) {
            return half + 0f; // never a negative zero: it would make negative zeros
        }
        int bits = Float.floatToFloat16(half) & 0x7FFF;
        return Math.copySign(Float.float16ToFloat((short) (bits + 1)), value);
    }

    /** Stores an F16 number. */
    static void put(MemorySegment out, long at, float half) {
        out.set(BlockFormat.Bytes.SHORT, at, Float.floatToFloat16(half));
    }

    /** {@code value / step}, rounded to a whole number from {@code least} to {@code most}; 0 if {@code step} is 0. */
    static int level(float value, float step, int least, int most) {
        return step == 0 ? 0 : Math.clamp(Math.round(value / step), least, most);
    }
}
