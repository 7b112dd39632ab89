package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * F16 scale {@code d}; the lower eight bits of 64 indices into groups of four; the ninth bits; 256 signs; eight
 * four-bit scales: {@code d * (2 * scale + 1) * value}.
 */
public record IQ3_S() implements SteppedFormat {
    static final IQ3_S FORMAT = new IQ3_S();

    private static final int[] RUNS = Grids.fours(Grids.IQ3_S, 1, 3, 5, 7, 9, 11, 13, 15);

    @Override
    public DType dtype() {
        return DType.IQ3_S;
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
        int ninths = BlockFormat.unsigned(data, block + 66 + run / 4) >> (2 * (run % 4));
        long first = RUNS[BlockFormat.unsigned(data, block + 2 + 2L * run) | ((ninths & 1) << 8)];
        long second = RUNS[BlockFormat.unsigned(data, block + 3 + 2L * run) | ((ninths & 2) << 7)];
        return Eights.negated(first | (second << 32), BlockFormat.unsigned(data, block + 74 + run));
    }

    @Override
    public float factor(MemorySegment data, long block) {
        return BlockFormat.half(data, block);
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return 2 * BlockFormat.fourBits(data, block + 106, group) + 1;
    }
}
