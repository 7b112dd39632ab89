package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.tensor.DType;

/**
 * The lower four bits of 256 numbers, their upper two bits, sixteen signed bytes of scales, and the F16 scale {@code d}
 * of those: {@code d * scale * (q - 32)}. In each half of the block, four runs of 32 numbers share the same bytes.
 */
public record Q6_K() implements WritableFormat {
    static final Q6_K FORMAT = new Q6_K();

    private static final NearestNumber NEAREST = new NearestNumber(numbers());

    private static byte[] numbers() {
        var numbers = new byte[64];
        for (int i = 0; i < 64; i++) {
            numbers[i] = (byte) (i - 32);
        }
        return numbers;
    }

    @Override
    public DType dtype() {
        return DType.Q6_K;
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
        long bytes = Eights.at(data, block + 64L * (run / 16) + 8L * (run % 8));
        long lower = (bytes >>> (4 * (run % 16 / 8))) & Eights.all(0xF);
        return Eights.minus(lower | (Q2_K.pairs(data, block + 128, run) << 4), 32);
    }

    @Override
    public float scale(MemorySegment data, long block, int group) {
        return BlockFormat.half(data, block + 208) * data.get(ValueLayout.JAVA_BYTE, block + 192 + group);
    }

    @Override
    public void encode(float[] values, int at, MemorySegment out, long block) {
        Extent.of(dtype(), values, at, 256);
        var own = new float[16];
        float farthest = 0;
        for (int group = 0; group < 16; group++) {
            int from = at + 16 * group;
            float end = Extent.of(dtype(), values, from, 16).farthest();
            own[group] = SymmetricFit.scale(values, from, 16, end, NEAREST, -32);
            farthest = Math.abs(own[group]) > Math.abs(farthest) ? own[group] : farthest;
        }
        float factor = Halves.scale(dtype(), farthest / -128);
        Halves.put(out, block + 208, factor);
        var numbers = new int[256];
        for (int group = 0; group < 16; group++) {
            int scale = Halves.level(own[group], factor, -128, 127);
            out.set(ValueLayout.JAVA_BYTE, block + 192 + group, (byte) scale);
            for (int i = 16 * group; i < 16 * group + 16; i++) {
                numbers[i] = Halves.level(values[at + i], factor * scale, -32, 31) + 32;
            }
        }
        putNumbers(out, block, numbers);
    }

    private static void putNumbers(MemorySegment out, long block, int[] numbers) {
        for (int i = 0; i < 64; i++) {
            int half = i / 32;
            int first = 128 * half + i % 32; // the others are 32, 64 and 96 further on
            int one = (numbers[first] & 0xF) | ((numbers[first + 64] & 0xF) << 4);
            int other = (numbers[first + 32] & 0xF) | ((numbers[first + 96] & 0xF) << 4);
            int upper = 0;
            for (int run = 0; run < 4; run++) {
                upper |= (numbers[first + 32 * run] >> 4) << (2 * run);
            }
            out.set(ValueLayout.JAVA_BYTE, block + 64 * half + i % 32, (byte) one);
            out.set(ValueLayout.JAVA_BYTE, block + 64 * half + 32 + i % 32, (byte) other);
            out.set(ValueLayout.JAVA_BYTE, block + 128 + i, (byte) upper);
        }
    }
}
