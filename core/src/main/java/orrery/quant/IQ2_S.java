package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}; the lower eight bits of 32 indices into groups of eight; eight signs for each; the upper two
 * bits of the indices, four per byte; sixteen four-bit scales: {@code d * (scale + 1/2) / 4 * value}.
 */
public record IQ2_S() implements SteppedFormat {
    static final IQ2_S FORMAT = new IQ2_S();

    private static final float EIGHTH = 0.125f;
    private static final long[] RUNS = Grids.eights(Grids.IQ2_S, 8, 25, 43);

    @Override
    public DType dtype() {
        return DType.IQ2_S;
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
        int upper = (BlockFormat.unsigned(data, block + 66 + run / 4) >> (2 * (run % 4))) & 3;
        int choice = BlockFormat.unsigned(data, block + 2 + run) | (upper << 8);
        return Eights.negated(RUNS[choice], BlockFormat.unsigned(data, block + 34 + run));
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block) * EIGHTH;
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return 2 * BlockFormat.fourBits(data, block + 74, group) + 1;
    }
}
