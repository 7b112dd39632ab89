package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.tensor.DType;

/** F16 scale {@code d}, then 32 signed bytes: {@code d * q}. */
public record Q8_0() implements BlockFormat {
    static final Q8_0 FORMAT = new Q8_0();

    @Override
    public DType dtype() {
        return DType.Q8_0;
    }

    @Override
    public float element(MemorySegment data, long block, int index) {
        return BlockFormat.half(data, block) * data.get(ValueLayout.JAVA_BYTE, block + 2 + index);
    }
}
