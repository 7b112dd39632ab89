package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d} of the scales and {@code e} of the minima, eight pairs of six bits ({@link SixBits}), then 256 numbers of four bits, 32 low halves of bytes before their 32 high halves:
 * {@code d * scale * q - e * minimum}. */
public record Q4_K() implements BlockFormat {
    static final Q4_K FORMAT = new Q4_K();

    @Override
    public DType dtype() {
        return DType.Q4_K;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        int group = index / 32;
        int q = (BlockFormat.unsigned(data, block + 16 + 32 * (group / 2) + index % 32) >> (4 * (group % 2))) & 0xF;
        return BlockFormat.half(data, block) * SixBits.scale(data, block + 4, group) * q
                - BlockFormat.half(data, block + 2) * SixBits.minimum(data, block + 4, group);
    }
}
