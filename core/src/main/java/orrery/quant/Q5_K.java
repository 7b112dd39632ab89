package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.tensor.DType;

/**
 * Like {@link Q4_K}, with the fifth bits of group {@code j} in bit {@code j} of 32 bytes before the other four bits.
 */
public record Q5_K() implements WritableFormat {
    static final Q5_K FORMAT = new Q5_K();

    @Override
    public DType dtype() {
        return DType.Q5_K;
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
        long upper = (Eights.at(data, block + 16 + 8L * (run % 4)) >>> (run / 4)) & Eights.ONES;
        return Q4_K.fours(data, block + 48, run) | (upper << 4);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block) * SixBits.scale(data, block + 4, group);
    }

    @Override
    public float minimum(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block + 2) * SixBits.minimum(data, block + 4, group);
    }

    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        var fit = new AffineBlock(dtype(), values, at, 31);
        Halves.put(out, block, fit.scale());
        Halves.put(out, block + 2, fit.minimum());
        SixBits.put(out, block + 4, fit.scales, fit.minima);
        for (int column = 0; column < 32; column++) {
            int fifths = 0;
            for (int group = 0; group < 8; group++) {
                fifths |= (fit.levels[32 * group + column] >> 4) << group;
            }
            out.set(ValueLayout.JAVA_BYTE, block + 16 + column, (byte) fifths);
        }
        Q4_K.putHalves(out, block + 48, fit.levels);
    }
}
