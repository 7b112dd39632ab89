package orrery.quant;

import java.lang.foreign.MemorySegment;

/** Arithmetic on eight numbers in the bytes of a {@code long}, the first lowest; no carry leaves its byte. */
final class Eights {
    /** One in every byte. */
    static final long ONES = 0x0101010101010101L;

    /** For each byte, the bytes of all ones at its set bits. */
    private static final long[] MASKS = new long[256];

    /** The signs encoded by seven bits: the eighth bit makes the number of minus signs even. */
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

    /** Eight bytes as they are in memory. */
    static long at(MemorySegment data, long at) {
        return data.get(BlockFormat.Bytes.LONG, at);
    }

    /** Eight of 32 four-bit numbers in sixteen bytes: numbers 0 to 15 in the low, 16 to 31 in the high bits. */
    static long nibbles(MemorySegment data, long at, int run) {
        return (at(data, at + 8L * (run % 2)) >>> (run / 2 * 4)) & all(0xF);
    }

    /** A byte for each bit. */
    static long bits(int eight) {
        return Long.expand(eight, ONES);
    }

    /** The same number in every byte; up to 255. */
    static long all(int number) {
        return number * ONES;
    }

    /** Subtracts {@code number}; all numbers are at most 127. */
    static long minus(long numbers, int number) {
        return ((numbers | all(0x80)) - all(number)) ^ all(0x80);
    }

    /** Negates the numbers at the set bits; no number may be 0. */
    static long negated(long numbers, int signs) {
        long mask = MASKS[signs];
        return (numbers ^ mask) + (mask & ONES);
    }

    /** The same with seven bits; the eighth follows from them. */
    static long negatedEvenly(long numbers, int seven) {
        return negated(numbers, EVEN[seven]);
    }

    /** 1 for each set bit, -1 for each clear one. */
    static long signs(int bits) {
        return MASKS[~bits & 0xFF] | ONES;
    }

    /** Looks up the lower four bits of each byte in a table of sixteen. */
    static long chosen(long indices, byte[] table) {
        long chosen = 0;
        for (int i = 0; i < 64; i += 8) {
            chosen |= (table[(int) (indices >> i) & 0xF] & 0xFFL) << i;
        }
        return chosen;
    }
}
