package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, then 32 unsigned four-bit numbers: {@code d * (q - 8)}. */
public record Q4_0() implements WritableFormat {
    static final Q4_0 FORMAT = new Q4_0();

    @Override
    public DType dtype() {
        return DType.Q4_0;
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
        return Eights.minus(Eights.nibbles(data, block + 2, run), 8);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block);
    }

    /**
     * The value farthest from zero becomes -8, so the scale has the opposite sign. An equally large value of the other
     * sign is off by a whole step, all others by at most half a step.
     */
    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        float step = Halves.scale(dtype(), Extent.of(dtype(), values, at, 32).farthest() / -8);
        Halves.put(out, block, step);
        var numbers = new int[32];
        for (int i = 0; i < 32; i++) {
            numbers[i] = Halves.level(values[at + i], step, -8, 7) + 8;
        }
        WritableFormat.putNibbles(out, block + 2, numbers);
    }
}
