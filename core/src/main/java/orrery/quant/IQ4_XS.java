package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}; eight six-bit scales, the upper two bits of all in one number before the lower four; then eight
 * times 32 indices as in {@link IQ4_NL}: {@code d * (scale - 32) * value[q]}.
 */
public record IQ4_XS() implements SteppedFormat {
    static final IQ4_XS FORMAT = new IQ4_XS();

    private static final byte[] VALUES = IQ4_NL.values();

    @Override
    public DType dtype() {
        return DType.IQ4_XS;
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
        long bytes = Eights.at(data, block + 8 + 16L * (run / 4) + 8L * (run % 2));
        return Eights.chosen(bytes >>> (4 * (run % 4 / 2)), VALUES);
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block);
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        int upper = (BlockFormat.unsignedShort(data, block + 2) >> (2 * group)) & 3;
        int lower = BlockFormat.fourBits(data, block + 4, group);
        return (lower | (upper << 4)) - 32;
    }
}
