package orrery.quant;

import java.lang.foreign.MemorySegment;
import orrery.tensor.DType;

/**
 * Four unsigned E4M3 scales, then four times sixteen four-bit floats, doubled as in {@link MXFP4}; the low halves of
 * eight bytes come before their high halves: {@code scale / 2 * value[q]}.
 */
public record NVFP4() implements BlockFormat {
    static final NVFP4 FORMAT = new NVFP4();

    private static final byte[] VALUES = MXFP4.values();

    /** NaN in E4M3; writers of this format use it as 0. */
    private static final int NOT_A_NUMBER = 0x7F;

    @Override
    public DType dtype() {
        return DType.NVFP4;
    }

    @Override
    public int groupSize() {
        return 16;
    }

    @Override
    public void unpack(long block, long codes, long scales) {
        for (int run = 0; run < 8; run++) {
            BlockFormat.putCodes(codes, run, codes(Bytes.ALL, block, run));
        }
        for (int group = 0; group < 4; group++) {
            BlockFormat.putScale(scales, group, scale(Bytes.ALL, block, group), minimum(Bytes.ALL, block, group));
        }
    }

    @Override
    public long codes(MemorySegment data, long block, int run) {
        return Eights.chosen(Eights.at(data, block + 4 + 8L * (run / 2)) >>> (4 * (run % 2)), VALUES);
    }

    /** Four bits of exponent biased by 7, three of fraction; the eighth bit is unused. */
    @Override
    public float scale(MemorySegment data, long block, int group) {
        int bits = BlockFormat.unsigned(data, block + group);
        int exponent = (bits >> 3) & 0xF;
        int fraction = bits & 7;
        if (bits == NOT_A_NUMBER) {
            return 0;
        }
        return exponent == 0 ? fraction * 0x1p-10f : Math.scalb(8f + fraction, exponent - 11);
    }
}
