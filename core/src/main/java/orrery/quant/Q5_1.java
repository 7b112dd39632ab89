package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}, F16 minimum {@code m}, the fifth bits of 32 numbers, then their lower four bits:
 * {@code d * q + m}.
 */
public record Q5_1() implements WritableFormat {
    static final Q5_1 FORMAT = new Q5_1();

    @Override
    public DType dtype() {
        return DType.Q5_1;
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
        long upper = Eights.bits(BlockFormat.unsigned(data, block + 4 + run)) << 4;
        return Eights.nibbles(data, block + 8, run) | upper;
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block);
    }

    @Override
    public float minimum(MemorySegment data, long block, int group) {
        return -BlockFormat.half(data, block + 2);
    }

    /**
     * The smallest value becomes 0 and the largest 31: no value is off by more than half a step plus the rounding of
     * the minimum.
     */
    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        var extent = Extent.of(dtype(), values, at, 32);
        float minimum = Halves.nearest(dtype(), extent.least());
        float step = Halves.scale(dtype(), (extent.most() - extent.least()) / 31);
        Halves.put(out, block, step);
        Halves.put(out, block + 2, minimum);
        var numbers = new int[32];
        int fifths = 0;
        for (int i = 0; i < 32; i++) {
            numbers[i] = Halves.level(values[at + i] - minimum, step, 0, 31);
            fifths |= (numbers[i] >> 4) << i;
        }
        out.set(Bytes.INT, block + 4, fifths);
        WritableFormat.putNibbles(out, block + 8, numbers);
    }
}
