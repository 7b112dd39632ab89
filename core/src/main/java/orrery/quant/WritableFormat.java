package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A format that floats are stored in, and not only read from. */
public sealed interface WritableFormat extends BlockFormat
        permits Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4 {

    /**
     * Stores one block, the same bytes for the same values, such that {@link #decode} gives back something near them:
     * how near is each format's own.
     *
     * @param values its elements, from {@code at} on; finite
     * @param block where in {@code out} it begins, in bytes
     * @throws QuantException if a value is not finite, or so large that the block's scale cannot say it
     */
    void encode(float[] values, int at, MemorySegment out, long block);

    /** Stores what {@link Eights#nibbles} reads: sixteen bytes of 32 numbers from 0 to 15. */
    static void putNibbles(MemorySegment out, long at, int[] numbers) {
        for (int i = 0; i < 16; i++) {
            out.set(ValueLayout.JAVA_BYTE, at + i, (byte) ((numbers[i] & 0xF) | ((numbers[i + 16] & 0xF) << 4)));
        }
    }
}
