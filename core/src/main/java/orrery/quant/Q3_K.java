package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * The upper bits of 256 three-bit numbers, one run of 32 for each bit of 32 bytes; their lower two bits as in
 * {@link Q2_K}; sixteen six-bit scales in twelve bytes; the F16 scale {@code d} of those:
 * {@code d * (scale - 32) * (q - 4)}.
 */
public record Q3_K() implements SteppedFormat {
    static final Q3_K FORMAT = new Q3_K();

    @Override
    public DType dtype() {
        return DType.Q3_K;
    }

    @Override
    public int groupSize() {
        return 16;
    }

    @Override
    public void unpack(long block, long codes, long scales) {
        for (int run = 0; run < 32; run++) {
            BlockFormat.putCodes(codes, run, codes(Bytes.ALL, block, run));
        }
        for (int group = 0; group < 16; group++) {
            BlockFormat.putScale(scales, group, scale(Bytes.ALL, block, group), minimum(Bytes.ALL, block, group));
        }
    }

    @Override
    public long codes(MemorySegment data, long block, int run) {
        long upper = (Eights.at(data, block + 8L * (run % 4)) >>> (run / 4)) & Eights.ONES;
        return Eights.minus(Q2_K.pairs(data, block + 32, run) | (upper << 2), 4);
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block + 108);
    }

    /**
     * The scales' lower four bits are in eight bytes, the low halves before the high ones; the upper two bits follow in
     * four runs of four.
     */
    @Override
    public int step(MemorySegment data, long block, int group) {
        int lower = (BlockFormat.unsigned(data, block + 96 + group % 8) >> (4 * (group / 8))) & 0xF;
        int upper = (BlockFormat.unsigned(data, block + 104 + group % 4) >> (2 * (group / 4))) & 3;
        return (lower | (upper << 4)) - 32;
    }
}
