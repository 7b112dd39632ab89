package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** The F16 numbers that blocks keep their scales in. */
final class Halves {
    /** An F16 loses less than this of a number in its normal range; it loses more only of subnormal ones. */
    private static final float LEAST_SHARE = 1 - 0x1p-10f;

    private Halves() {}

    /** The nearest F16. @throws QuantException if it would be infinite */
    static float nearest(DType dtype, float value) {
        float half = Float.float16ToFloat(Float.floatToFloat16(value));
        if (Float.isInfinite(half) || Float.isNaN(half)) {
            throw new QuantException(dtype + " cannot hold so large a number: a block's scale would be " + value
                    + ", and F16 ends at 65504");
        }
        return half;
    }

    /**
     * The F16 to scale levels with: the nearest, but where that is much smaller (a subnormal one, perhaps zero) the
     * next farther from zero, so that the largest level still reaches the largest value.
     */
    static float scale(DType dtype, float value) {
        float half = nearest(dtype, value);
        if (Math.abs(half) >= Math.abs(value) * LEAST_SHARE) {
            return half + 0f; // never a zero with a sign: it would make zeros with signs
        }
        int bits = Float.floatToFloat16(half) & 0x7FFF;
        return Math.copySign(Float.float16ToFloat((short) (bits + 1)), value);
    }

    /** Stores a number that is an F16. */
    static void put(MemorySegment out, long at, float half) {
        out.set(BlockFormat.Bytes.SHORT, at, Float.floatToFloat16(half));
    }

    /** The nearest of the whole numbers from {@code least} to {@code most} to {@code value / step}; 0 for no step. */
    static int level(float value, float step, int least, int most) {
        return step == 0 ? 0 : Math.clamp(Math.round(value / step), least, most);
    }
}
