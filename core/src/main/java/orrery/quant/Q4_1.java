package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, F16 minimum {@code m}, then 32 unsigned numbers of four bits: {@code d * q + m}. */
public record Q4_1() implements BlockFormat {
    static final Q4_1 FORMAT = new Q4_1();

    @Override
    public DType dtype() {
        return DType.Q4_1;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        return BlockFormat.half(data, block) * BlockFormat.nibble(data, block + 4, index)
                + BlockFormat.half(data, block + 2);
    }
}
