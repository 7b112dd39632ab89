package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, then 64 two-bit numbers, four neighbours per byte: {@code d * (q - 1)}. */
public record Q2_0() implements BlockFormat {
    static final Q2_0 FORMAT = new Q2_0();

    @Override
    public DType dtype() {
        return DType.Q2_0;
    }

    @Override
    public int groupSize() {
        return 32;
    }

    @Override
    public void unpack(long block, long codes, long scales) {
        for (int run = 0; run < 8; run++) {
            BlockFormat.putCodes(codes, run, codes(Bytes.ALL, block, run));
        }
        for (int group = 0; group < 2; group++) {
            BlockFormat.putScale(scales, group, scale(Bytes.ALL, block, group), minimum(Bytes.ALL, block, group));
        }
    }

    @Override
    public long codes(MemorySegment data, long block, int run) {
        int numbers = BlockFormat.unsignedShort(data, block + 2 + 2L * run);
        return Eights.minus(Long.expand(numbers, Eights.all(3)), 1);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block);
    }
}
