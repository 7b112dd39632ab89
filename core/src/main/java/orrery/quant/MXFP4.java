package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.tensor.DType;

/**
 * An eight-bit exponent {@code e}, then 32 four-bit floats (E2M1: sign, two bits of exponent, one of fraction), whose
 * doubled values are in the table: {@code 2^(e - 128) * value[q]}.
 */
public record MXFP4() implements WritableFormat {
    static final MXFP4 FORMAT = new MXFP4();

    private static final byte[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    private static final NearestNumber NEAREST = new NearestNumber(VALUES);

    /** Twice the sixteen values of E2M1. */
    public static byte[] values() {
        return VALUES.clone();
    }

    /** {@code 2^(exponent - 128)}, exactly: half the format's factor {@code 2^(exponent - 127)}. */
    public static float factor(int exponent) {
        return Math.scalb(1f, exponent - 128);
    }

    @Override
    public DType dtype() {
        return DType.MXFP4;
    }

    @Override
    public int groupSize() {
        return 32;
    }

    @Override
    public void unpack(long block, long codes, long scales) {
        for (int run = 0; run < 4; run++) {
            BlockFormat.putCodes(codes, run, codes(Bytes.ALL, block, run));
        }
        BlockFormat.putScale(scales, 0, scale(Bytes.ALL, block, 0), minimum(Bytes.ALL, block, 0));
    }

    @Override
    public long codes(MemorySegment data, long block, int run) {
        return Eights.chosen(Eights.nibbles(data, block + 1, run), VALUES);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return factor(BlockFormat.unsigned(data, block));
    }

    /**
     * The exponent is that of the value farthest from zero, minus two, so that this value becomes one of the largest
     * four (section 6.3 of the Microscaling specification); or one more, if coarser steps lose less than clipping what
     * lies beyond 6.
     */
    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        float farthest = Math.abs(Extent.of(dtype(), values, at, 32).farthest());
        int exponent = farthest == 0 ? 0 : Math.max(0, Math.getExponent(farthest) - 2 + 127);
        int chosen = loss(values, at, exponent + 1) < loss(values, at, exponent) ? exponent + 1 : exponent;
        out.set(ValueLayout.JAVA_BYTE, block, (byte) chosen);
        var numbers = new int[32];
        for (int i = 0; i < 32; i++) {
            numbers[i] = NEAREST.index(values[at + i] / factor(chosen));
        }
        WritableFormat.putNibbles(out, block + 1, numbers);
    }

    private static double loss(float[] values, int at, int exponent) {
        double loss = 0;
        for (int i = at; i < at + 32; i++) {
            float stored = factor(exponent)
                    * NEAREST.number(values[i] / factor(exponent)); // infinite beyond the largest float
            double off = (double) values[i] - stored;
            loss += off * off;
        }
        return loss;
    }
}
