package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}, then for each 32 elements four byte indices into groups of eight, and a number with four times
 * seven signs and, above them, a four-bit scale: {@code d * (scale + 1/2) / 4 * value}.
 */
public record IQ2_XXS() implements SteppedFormat {
    static final IQ2_XXS FORMAT = new IQ2_XXS();

    private static final float EIGHTH = 0.125f;
    private static final long[] RUNS = Grids.eights(Grids.IQ2_XXS, 8, 25, 43);

    @Override
    public DType dtype() {
        return DType.IQ2_XXS;
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
        long group = block + 2 + 8L * (run / 4);
        int signs = (data.get(Bytes.INT, group + 4) >> (7 * (run % 4))) & 0x7F;
        return Eights.negatedEvenly(RUNS[BlockFormat.unsigned(data, group + run % 4)], signs);
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block) * EIGHTH;
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return 2 * (data.get(Bytes.INT, block + 2 + 8L * group + 4) >>> 28) + 1;
    }
}
