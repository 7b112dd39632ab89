package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}; 64 byte indices into groups of four; then for each 32 elements a number with four times seven
 * signs and, above them, a four-bit scale: {@code d * (scale + 1/2) / 2 * value}.
 */
public record IQ3_XXS() implements SteppedFormat {
    static final IQ3_XXS FORMAT = new IQ3_XXS();

    private static final float QUARTER = 0.25f;
    private static final int[] RUNS = Grids.fours(Grids.IQ3_XXS, 4, 12, 20, 28, 36, 44, 52, 62);

    @Override
    public DType dtype() {
        return DType.IQ3_XXS;
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
        long first = RUNS[BlockFormat.unsigned(data, block + 2 + 2L * run)];
        long second = RUNS[BlockFormat.unsigned(data, block + 3 + 2L * run)];
        int signs = (data.get(Bytes.INT, block + 66 + 4L * (run / 4)) >> (7 * (run % 4))) & 0x7F;
        return Eights.negatedEvenly(first | (second << 32), signs);
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block) * QUARTER;
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return 2 * (data.get(Bytes.INT, block + 66 + 4L * group) >>> 28) + 1;
    }
}
