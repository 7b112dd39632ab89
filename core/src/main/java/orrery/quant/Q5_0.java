package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, the fifth bits of 32 numbers, then their lower four bits: {@code d * (q - 16)}. */
public record Q5_0() implements WritableFormat {
    static final Q5_0 FORMAT = new Q5_0();

    @Override
    public DType dtype() {
        return DType.Q5_0;
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
        long upper = Eights.bits(BlockFormat.unsigned(data, block + 2 + run)) << 4;
        return Eights.minus(Eights.nibbles(data, block + 6, run) | upper, 16);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block);
    }

    /**
     * The value farthest from zero becomes -16, so the scale has the opposite sign. An equally large value of the other
     * sign is off by a whole step, all others by at most half a step.
     */
    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        float step = Halves.scale(dtype(), Extent.of(dtype(), values, at, 32).farthest() / -16);
        Halves.put(out, block, step);
        var numbers = new int[32];
        int fifths = 0;
        for (int i = 0; i < 32; i++) {
            numbers[i] = Halves.level(values[at + i], step, -16, 15) + 16;
            fifths |= (numbers[i] >> 4) << i;
        }
        out.set(Bytes.INT, block + 2, fifths);
        WritableFormat.putNibbles(out, block + 6, numbers);
    }
}
