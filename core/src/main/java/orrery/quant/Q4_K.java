package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.tensor.DType;

/**
 * F16 scale {@code d} of the scales and {@code e} of the minima, eight pairs of six bits ({@link SixBits}), then 256
 * four-bit numbers, 32 low halves of bytes before their 32 high halves: {@code d * scale * q - e * minimum}.
 */
public record Q4_K() implements WritableFormat {
    static final Q4_K FORMAT = new Q4_K();

    @Override
    public DType dtype() {
        return DType.Q4_K;
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
        return fours(data, block + 16, run);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block) * SixBits.scale(data, block + 4, group);
    }

    @Override
    public float minimum(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block + 2) * SixBits.minimum(data, block + 4, group);
    }

    /** Eight of 256 four-bit numbers; also used by Q5_K. */
    static long fours(MemorySegment data, long at, int run) {
        return (Eights.at(data, at + 32L * (run / 8) + 8L * (run % 4)) >>> (run % 8 / 4 * 4)) & Eights.all(0xF);
    }

    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        var fit = new AffineBlock(dtype(), values, at, 15);
        Halves.put(out, block, fit.scale());
        Halves.put(out, block + 2, fit.minimum());
        SixBits.put(out, block + 4, fit.scales, fit.minima);
        putHalves(out, block + 16, fit.levels);
    }

    /**
     * Stores the lower four bits of 256 numbers: each run of 32 bytes has one group in its low and the next in its high
     * bits.
     */
    static void putHalves(MemorySegment out, long at, int[] levels) {
        for (int i = 0; i < 128; i++) {
            int low = 64 * (i / 32) + i % 32;
            int both = (levels[low] & 0xF) | ((levels[low + 32] & 0xF) << 4);
            out.set(ValueLayout.JAVA_BYTE, at + i, (byte) both);
        }
    }
}
