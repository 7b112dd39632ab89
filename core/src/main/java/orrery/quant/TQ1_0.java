package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * 256 ternary numbers, five per byte and the last sixteen four per byte, then the F16 scale {@code d}:
 * {@code d * (q - 1)}. A byte is a fraction in 256ths whose base-3 digits are the numbers: multiply it by {@code 3^n},
 * drop the whole part, and multiply by three; the whole part of the result is digit {@code n}.
 */
public record TQ1_0() implements BlockFormat {
    static final TQ1_0 FORMAT = new TQ1_0();

    /** The even bytes of eight, each with room for a carry. */
    private static final long EVEN = 0x00FF00FF00FF00FFL;

    private static final int[] POWERS = {1, 3, 9, 27, 81};

    @Override
    public DType dtype() {
        return DType.TQ1_0;
    }

    @Override
    public int groupSize() {
        return 32;
    }

    @Override
    public void unpack(long block, long codes, long scales) {
        for (int run = 0; run < 32; run++) {
            BlockFormat.putCodes(codes, run, codes(Bytes.ALL, block, run));
        }
        for (int group = 0; group < 8; group++) {
            BlockFormat.putScale(scales, group, scale(Bytes.ALL, block, group), minimum(Bytes.ALL, block, group));
        }
    }

    /**
     * In the first 32 bytes, runs of 32 share bytes; in the next sixteen, runs of sixteen; in the last four, runs of
     * four.
     */
    @Override
    public long codes(MemorySegment data, long block, int run) {
        long digits;
        if (run < 20) {
            digits = digits(Eights.at(data, block + 8L * (run % 4)), run / 4);
        } else if (run < 30) {
            digits = digits(Eights.at(data, block + 32 + 8L * (run % 2)), run / 2 - 10);
        } else {
            long four = data.get(Bytes.INT, block + 48) & 0xFFFFFFFFL;
            int place = 2 * (run - 30);
            digits = (digits(four, place) & 0xFFFFFFFFL) | (digits(four, place + 1) << 32);
        }
        return Eights.minus(digits, 1);
    }

    /**
     * The digits of eight bytes at one place, computed for every other byte at a time, because a product needs sixteen
     * bits.
     */
    private static long digits(long bytes, int place) {
        int power = POWERS[place];
        long even = ((bytes & EVEN) * power) & EVEN;
        long odd = (((bytes >>> 8) & EVEN) * power) & EVEN;
        return (((even * 3) >>> 8) & EVEN) | ((odd * 3) & ~EVEN);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block + 52);
    }
}
