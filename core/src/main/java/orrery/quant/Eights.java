package orrery.quant;

import java.lang.foreign.MemorySegment;

/** Eight numbers in the bytes of a {@code long}, the first lowest, worked on at once: no carry leaves its byte. */
final class Eights {
    /** One in every byte. */
    static final long ONES = 0x0101010101010101L;

    /** All bits of those bytes that a byte has a bit for. */
    private static final long[] MASKS = new long[256];

    /** The signs that seven bits stand for: the eighth makes the number of minuses even. */
    private static final int[] EVEN = new int[128];

    static {
        for (int bits = 0; bits < MASKS.length; bits++) {
            MASKS[bits] = Long.expand(bits, ONES) * 0xFF;
        }
        for (int bits = 0; bits < EVEN.length; bits++) {
            EVEN[bits] = bits | ((Integer.bitCount(bits) % 2) << 7);
        }
    }

    private Eights() {}

    /** Eight bytes as they lie. */
    static long at(MemorySegment data, long at) {
        return data.get(BlockFormat.Bytes.LONG, at);
    }

    /**
     * Four bits each of eight of 32 numbers in sixteen bytes: numbers 0 to 15 in the low, 16 to 31 in the high bits.
     */
    static long nibbles(MemorySegment data, long at, int run) {
        return (at(data, at + 8L * (run % 2)) >>> (run / 2 * 4)) & all(0xF);
    }

    /** A byte of one bit each. */
    static long bits(int eight) {
        return Long.expand(eight, ONES);
    }

    /** The same number in every byte; up to 255. */
    static long all(int number) {
        return number * ONES;
    }

    /** Numbers up to 127, each less a number up to 127. */
    static long minus(long numbers, int number) {
        return ((numbers | all(0x80)) - all(number)) ^ all(0x80);
    }

    /** Numbers of which none is 0, negative where a byte has a bit. */
    static long negated(long numbers, int signs) {
        long mask = MASKS[signs];
        return (numbers ^ mask) + (mask & ONES);
    }

    /** The same with seven bits, of which the eighth follows. */
    static long negatedEvenly(long numbers, int seven) {
        return negated(numbers, EVEN[seven]);
    }

    /** 1 where a byte has a bit, else -1. */
    static long signs(int bits) {
        return MASKS[~bits & 0xFF] | ONES;
    }

    /** What a table of sixteen has for the lower four bits of each. */
    static long chosen(long indices, byte[] table) {
        long chosen = 0;
        for (int i = 0; i < 64; i += 8) {
            chosen |= (table[(int) (indices >> i) & 0xF] & 0xFFL) << i;
        }
        return chosen;
    }
}
