package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A format that floats can be encoded in. */
public sealed interface WritableFormat extends BlockFormat
        permits Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4 {

    /**
     * Encodes one block; the same values always give the same bytes. {@link #decode} returns approximate values; each
     * format has its own precision.
     *
     * @param values its elements, from {@code at} on; finite
     * @param block where it starts in {@code out}, in bytes
     * @throws QuantException if a value is not finite, or too large for the block's scale
     */
    void encode(float[] values, int at, MemorySegment out, long block);

    /** Stores sixteen bytes of 32 numbers from 0 to 15, for {@link Eights#nibbles}. */
    static void putNibbles(MemorySegment out, long at, int[] numbers) {
        for (int i = 0; i < 16; i++) {
            out.set(ValueLayout.JAVA_BYTE, at + i, (byte) ((numbers[i] & 0xF) | ((numbers[i + 16] & 0xF) << 4)));
        }
    }
}
