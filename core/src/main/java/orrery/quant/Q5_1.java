package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, F16 minimum {@code m}, 32 fifth bits as one number, then the lower four bits of 32 numbers: {@code d * q + m}. */
public record Q5_1() implements BlockFormat {
    static final Q5_1 FORMAT = new Q5_1();

    @Override
    public DType dtype() {
        return DType.Q5_1;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        int fifth = (data.get(Bytes.INT, block + 4) >>> index) & 1;
        return BlockFormat.half(data, block) * (BlockFormat.nibble(data, block + 8, index) | (fifth << 4))
                + BlockFormat.half(data, block + 2);
    }
}
