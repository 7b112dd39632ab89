package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, F16 minimum {@code m}, then 32 unsigned four-bit numbers: {@code d * q + m}. */
public record Q4_1() implements WritableFormat {
    static final Q4_1 FORMAT = new Q4_1();

    @Override
    public DType dtype() {
        return DType.Q4_1;
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
        return Eights.nibbles(data, block + 4, run);
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
     * The smallest value becomes 0 and the largest 15: no value is off by more than half a step plus the rounding of
     * the minimum.
     */
    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        var extent = Extent.of(dtype(), values, at, 32);
        float minimum = Halves.nearest(dtype(), extent.least());
        float step = Halves.scale(dtype(), (extent.most() - extent.least()) / 15);
        Halves.put(out, block, step);
        Halves.put(out, block + 2, minimum);
        var numbers = new int[32];
        for (int i = 0; i < 32; i++) {
            numbers[i] = Halves.level(values[at + i] - minimum, step, 0, 15);
        }
        WritableFormat.putNibbles(out, block + 4, numbers);
    }
}
