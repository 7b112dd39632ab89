package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * Sixteen bytes with a four-bit scale in the low and a four-bit minimum in the high bits; 256 two-bit numbers: in each
 * half of the block, four runs of 32 share 32 bytes; F16 scale {@code d} of the scales and {@code e} of the minima:
 * {@code d * scale * q - e * minimum}.
 */
public record Q2_K() implements SteppedFormat {
    static final Q2_K FORMAT = new Q2_K();

    @Override
    public DType dtype() {
        return DType.Q2_K;
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
        return pairs(data, block + 16, run);
    }

    /** Eight of 256 two-bit numbers; also used by Q3_K and TQ2_0. */
    static long pairs(MemorySegment data, long at, int run) {
        long bytes = Eights.at(data, at + 32L * (run / 16) + 8L * (run % 4));
        return (bytes >>> (2 * (run % 16 / 4))) & Eights.all(3);
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block + 80);
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return BlockFormat.unsigned(data, block + group) & 0xF;
    }

    @Override
    public float minimumFactor(MemorySegment data, long block) {
        return BlockFormat.half(data, block + 82);
    }

    @Override
    public int minimumStep(MemorySegment data, long block, int group) {
        return BlockFormat.unsigned(data, block + group) >> 4;
    }
}
