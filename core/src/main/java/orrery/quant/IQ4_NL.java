package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}, then 32 four-bit indices into sixteen values that are denser near zero: {@code d * value[q]}.
 */
public record IQ4_NL() implements WritableFormat {
    static final IQ4_NL FORMAT = new IQ4_NL();

    private static final byte[] VALUES = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
    private static final NearestNumber NEAREST = new NearestNumber(VALUES);

    /** The sixteen values. */
    public static byte[] values() {
        return VALUES.clone();
    }

    @Override
    public DType dtype() {
        return DType.IQ4_NL;
    }

    @Override
    public int groupSize() {
        return 32;
    }

    @Override
    public void unpack(long block, long codes, long scales) {
        for (int run = 0; run < 4; run++) {
            BlockFormat.putCodes(codes, run, codes(Bytes.ALL, block, run));
        }
        BlockFormat.putScale(scales, 0, scale(Bytes.ALL, block, 0), minimum(Bytes.ALL, block, 0));
    }

    @Override
    public long codes(MemorySegment data, long block, int run) {
        return Eights.chosen(Eights.nibbles(data, block + 2, run), VALUES);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block);
    }

    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        float farthest = Extent.of(dtype(), values, at, 32).farthest();
        float scale = Halves.scale(dtype(), SymmetricFit.scale(values, at, 32, farthest, NEAREST, -127, 113));
        Halves.put(out, block, scale);
        var numbers = new int[32];
        for (int i = 0; i < 32; i++) {
            numbers[i] = NEAREST.index(scale == 0 ? 0 : values[at + i] / scale);
        }
        WritableFormat.putNibbles(out, block + 2, numbers);
    }
}
