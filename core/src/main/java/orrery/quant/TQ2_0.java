package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** 256 two-bit numbers in the order of {@link Q2_K}, then the F16 scale {@code d}: {@code d * (q - 1)}. */
public record TQ2_0() implements BlockFormat {
    static final TQ2_0 FORMAT = new TQ2_0();

    @Override
    public DType dtype() {
        return DType.TQ2_0;
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

    @Override
    public long codes(MemorySegment data, long block, int run) {
        return Eights.minus(Q2_K.pairs(data, block, run), 1);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block + 64);
    }
}
