package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/** F16 scale {@code d}, 32 fifth bits as one number, then the lower four bits of 32 numbers: {@code d * (q - 16)}. */
public record Q5_0() implements BlockFormat {
    static final Q5_0 FORMAT = new Q5_0();

    @Override
    public DType dtype() {
        return DType.Q5_0;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        int fifth = (data.get(Bytes.INT, block + 2) >>> index) & 1;
        return BlockFormat.half(data, block) * ((BlockFormat.nibble(data, block + 6, index) | (fifth << 4)) - 16);
    }
}
