package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, then 32 unsigned numbers of four bits: {@code d * (q - 8)}. */
public record Q4_0() implements BlockFormat {
    static final Q4_0 FORMAT = new Q4_0();

    @Override
    public DType dtype() {
        return DType.Q4_0;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        return BlockFormat.half(data, block) * (BlockFormat.nibble(data, block + 2, index) - 8);
    }
}
