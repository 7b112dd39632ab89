package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * 256 numbers of three values, five a byte and the last sixteen four a byte, then the F16 scale {@code d}:
 * {@code d * (q - 1)}. A byte is a fraction, in 256ths, whose digits in base three are the numbers: times three to the
 * power of {@code n}, without what is whole of that, and times three once more, its whole part is digit {@code n}.
 */
public record TQ1_0() implements EightBitFormat {
    static final TQ1_0 FORMAT = new TQ1_0();

    private static final int[] POWERS = {1, 3, 9, 27, 81};

    @Override
    public DType dtype() {
        return DType.TQ1_0;
    }

    @Override
    public int groupSize() {
        return 32;
    }

    /** The first 32 bytes lay runs of 32 over one another, the next sixteen runs of sixteen, the last four of four. */
    @Override
    public long codes(MemorySegment data, long block, int run) {
        long codes = 0;
        for (int i = 0; i < 8; i++) {
            int index = 8 * run + i;
            int digit;
            if (index < 160) {
                digit = digit(data, block + index % 32, index / 32);
            } else if (index < 240) {
                digit = digit(data, block + 32 + index % 16, (index - 160) / 16);
            } else {
                digit = digit(data, block + 48 + index % 4, (index - 240) / 4);
            }
            codes |= ((digit - 1) & 0xFFL) << (8 * i);
        }
        return codes;
    }

    private static int digit(MemorySegment data, long at, int place) {
        return (((BlockFormat.unsigned(data, at) * POWERS[place]) & 0xFF) * 3) >> 8;
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block + 52);
    }
}
