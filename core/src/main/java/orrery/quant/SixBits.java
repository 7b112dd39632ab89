package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Eight scales and eight minima of six bits in twelve bytes: the first four of each are in the lower bits of a byte of
 * their own; the last four are in two halves, with their upper two bits above the first four.
 */
public final class SixBits {
    private SixBits() {}

    /** The scale of a group, 0 to 63; the twelve bytes start at {@code at}. */
    public static int scale(MemorySegment data, long at, int group) {
        if (group < 4) {
            return BlockFormat.unsigned(data, at + group) & 63;
        }
        return (BlockFormat.unsigned(data, at + group + 4) & 0xF)
                | ((BlockFormat.unsigned(data, at + group - 4) >> 6) << 4);
    }

    /** The minimum of a group, 0 to 63. */
    public static int minimum(MemorySegment data, long at, int group) {
        if (group < 4) {
            return BlockFormat.unsigned(data, at + group + 4) & 63;
        }
        return (BlockFormat.unsigned(data, at + group + 4) >> 4) | ((BlockFormat.unsigned(data, at + group) >> 6) << 4);
    }

    /** Stores eight scales and eight minima, each 0 to 63. */
    static void put(MemorySegment out, long at, int[] scales, int[] minima) {
        for (int group = 0; group < 4; group++) {
            int scale = scales[group] | ((scales[group + 4] >> 4) << 6);
            int minimum = minima[group] | ((minima[group + 4] >> 4) << 6);
            int lower = (scales[group + 4] & 0xF) | ((minima[group + 4] & 0xF) << 4);
            out.set(ValueLayout.JAVA_BYTE, at + group, (byte) scale);
            out.set(ValueLayout.JAVA_BYTE, at + 4 + group, (byte) minimum);
            out.set(ValueLayout.JAVA_BYTE, at + 8 + group, (byte) lower);
        }
    }
}
