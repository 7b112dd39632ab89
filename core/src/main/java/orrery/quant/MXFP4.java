package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** An exponent {@code e} of eight bits, then 32 floats of four bits (E2M1: sign, two of exponent, one of fraction), held twice as large as they are: {@code 2^(e - 128) * value[q]}. */
public record MXFP4() implements BlockFormat {
    static final MXFP4 FORMAT = new MXFP4();

    private static final byte[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    /** Twice the sixteen values that four bits stand for. */
    public static byte[] values() {
        return VALUES.clone();
    }

    /** {@code 2^(exponent - 128)}, exactly: half the factor that the format writes as {@code 2^(exponent - 127)}. */
    public static float factor(int exponent) {
        return Math.scalb(1f, exponent - 128);
    }

    @Override
    public DType dtype() {
        return DType.MXFP4;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        return factor(BlockFormat.unsigned(data, block)) * VALUES[BlockFormat.nibble(data, block + 1, index)];
    }
}
