package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.tensor.DType;

/** The lower four bits of 256 numbers, their upper two, sixteen signed bytes of scales, and the F16 scale {@code d} of those: {@code d * scale * (q - 32)}. Each half of the block lays
 * its four runs of 32 numbers over one another. */
public record Q6_K() implements BlockFormat {
    static final Q6_K FORMAT = new Q6_K();

    @Override
    public DType dtype() {
        return DType.Q6_K;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        int half = index / 128;
        int run = index % 128 / 32;
        int column = index % 32;
        int lower = (BlockFormat.unsigned(data, block + 64 * half + 32 * (run % 2) + column) >> (4 * (run / 2))) & 0xF;
        int upper = (BlockFormat.unsigned(data, block + 128 + 32 * half + column) >> (2 * run)) & 3;
        int scale = data.get(ValueLayout.JAVA_BYTE, block + 192 + index / 16);
        return BlockFormat.half(data, block + 208) * scale * ((lower | (upper << 4)) - 32);
    }
}
