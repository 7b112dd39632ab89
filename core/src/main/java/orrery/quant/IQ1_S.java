package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}; the lower eight bits of 32 indices into groups of eight of -1, 0 and 1; then for each 32
 * elements the upper three bits of four indices, a three-bit scale, and the sign of one eighth that is added to every
 * value: {@code d * (2 * scale + 1) * (value ± 1/8)}. In eighths, these are whole numbers.
 */
public record IQ1_S() implements SteppedFormat {
    static final IQ1_S FORMAT = new IQ1_S();

    private static final float EIGHTH = 0.125f;
    private static final long[] RAISED = Grids.eights(Grids.IQ1, -7, 1, 9);
    private static final long[] LOWERED = Grids.eights(Grids.IQ1, -9, -1, 7);

    @Override
    public DType dtype() {
        return DType.IQ1_S;
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
        int number = BlockFormat.unsignedShort(data, block + 34 + 2L * (run / 4));
        int upper = (number >> (3 * (run % 4))) & 7;
        return run(BlockFormat.unsigned(data, block + 2 + run) | (upper << 8), number >> 15 != 0);
    }

    /** Eight values in eighths, plus or minus one eighth; also used by IQ1_M. */
    static long run(int choice, boolean lowered) {
        return lowered ? LOWERED[choice] : RAISED[choice];
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block) * EIGHTH;
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return 2 * ((BlockFormat.unsignedShort(data, block + 34 + 2L * group) >> 12) & 7) + 1;
    }
}
