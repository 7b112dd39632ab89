package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * The lower eight bits of 32 indices as in {@link IQ1_S}; four bits for each: the upper three of the index, and the
 * sign of one eighth; then four numbers with four three-bit scales each, with the sixteen bits of the F16 scale
 * {@code d} above them: {@code d * (2 * scale + 1) * (value ± 1/8)}.
 */
public record IQ1_M() implements SteppedFormat {
    static final IQ1_M FORMAT = new IQ1_M();

    private static final float EIGHTH = 0.125f;

    @Override
    public DType dtype() {
        return DType.IQ1_M;
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
        int four = BlockFormat.fourBits(data, block + 32, run);
        return IQ1_S.run(BlockFormat.unsigned(data, block + run) | ((four & 7) << 8), four >= 8);
    }

    @Override
    public float factor(MemorySegment data, long block) {
        int bits = 0;
        for (int i = 3; i >= 0; i--) {
            bits = (bits << 4) | (BlockFormat.unsigned(data, block + 49 + 2L * i) >> 4);
        }
        return Float.float16ToFloat((short) bits) * EIGHTH;
    }

    @Override
    public int step(MemorySegment data, long block, int group) {
        return 2 * ((BlockFormat.unsignedShort(data, block + 48 + 2L * (group / 4)) >> (3 * (group % 4))) & 7) + 1;
    }
}
