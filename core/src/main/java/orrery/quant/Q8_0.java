package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.tensor.DType;

/** F16 scale {@code d}, then 32 signed bytes: {@code d * q}. */
public record Q8_0() implements WritableFormat {
    static final Q8_0 FORMAT = new Q8_0();

    @Override
    public DType dtype() {
        return DType.Q8_0;
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
        return Eights.at(data, block + 2 + 8L * run);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block);
    }

    /**
     * The value farthest from zero becomes 127 or -127: no value is off by more than half a step plus the rounding of
     * the scale.
     */
    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        float step = Halves.scale(
                dtype(), Math.abs(Extent.of(dtype(), values, at, 32).farthest()) / 127);
        Halves.put(out, block, step);
        for (int i = 0; i < 32; i++) {
            out.set(ValueLayout.JAVA_BYTE, block + 2 + i, (byte) Halves.level(values[at + i], step, -127, 127));
        }
    }
}
