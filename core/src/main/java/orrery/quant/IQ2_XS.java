package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}; 32 numbers with a nine-bit index into groups of eight and seven signs above; sixteen four-bit
 * scales: {@code d * (scale + 1/2) / 4 * value}.
 */
public record IQ2_XS() implements SteppedFormat {
    static final IQ2_XS FORMAT = new IQ2_XS();

    private static final float EIGHTH = 0.125f;
    private static final long[] RUNS = Grids.eights(Grids.IQ2_XS, 8, 25, 43);

    @Override
    public DType dtype() {
        return DType.IQ2_XS;
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
        int number = BlockFormat.unsignedShort(data, block + 2 + 2L * run);
        return Eights.negatedEvenly(RUNS[number & 0x1FF], number >> 9);
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block) * EIGHTH;
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return 2 * BlockFormat.fourBits(data, block + 66, group) + 1;
    }
}
