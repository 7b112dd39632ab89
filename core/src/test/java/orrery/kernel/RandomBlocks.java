package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Matrices of random blocks: any bits that a format allows, with finite scales of both signs. */
public final class RandomBlocks {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private RandomBlocks() {}

    static Matrix matrix(Arena arena, SplittableRandom random, DType dtype, int outputs, int inputs) {
        long stride = inputs + (long) random.nextInt(2) * dtype.blockElements();
        long bytes = dtype.bytes(stride * (outputs - 1) + inputs);
        var data = arena.allocate(bytes + 3).asSlice(3, bytes);
        for (long block = 0; block < bytes; block += dtype.blockBytes()) {
            for (int i = 0; i < dtype.blockBytes(); i++) {
                data.set(ValueLayout.JAVA_BYTE, block + i, (byte) random.nextInt());
            }
            scales(data, block, dtype, random);
        }
        return new Matrix(dtype, outputs, inputs, Matrix.Layout.OUT_IN, stride, data);
    }

    /** Sets finite scales and minima in a block. */
    public static void scales(MemorySegment data, long block, DType dtype, SplittableRandom random) {
        switch (dtype) {
            case Q8_0, Q4_0, Q5_0, IQ4_NL -> scale(data, block, random);
            case Q4_1, Q5_1, Q4_K, Q5_K -> {
                scale(data, block, random);
                scale(data, block + 2, random);
            }
            case Q6_K -> scale(data, block + 208, random);
            case MXFP4 -> data.set(ValueLayout.JAVA_BYTE, block, (byte) random.nextInt(115, 135));
            case Q1_0, Q2_0, IQ1_S, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> scale(data, block, random);
            case Q2_K -> {
                scale(data, block + 80, random);
                scale(data, block + 82, random);
            }
            case Q3_K -> scale(data, block + 108, random);
            case TQ1_0 -> scale(data, block + 52, random);
            case TQ2_0 -> scale(data, block + 64, random);
            case IQ1_M -> spread(data, block + 48, random);
            case NVFP4 -> {} // four scales of one byte, each finite
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException();
        }
    }

    /** A scale whose bits lie above each of four numbers of twelve bits. */
    private static void spread(MemorySegment data, long at, SplittableRandom random) {
        short[] others = new short[4];
        for (int i = 0; i < 4; i++) {
            others[i] = data.get(SHORT, at + 2 * i);
        }
        scale(data, at, random);
        int bits = data.get(SHORT, at);
        for (int i = 0; i < 4; i++) {
            data.set(SHORT, at + 2 * i, (short) ((others[i] & 0xFFF) | ((bits >> (4 * i)) << 12)));
        }
    }

    private static void scale(MemorySegment data, long at, SplittableRandom random) {
        float value = random.nextInt(8) == 0 ? random.nextInt(1, 200) * 0x1p-24f : (float) random.nextDouble(0.01, 1);
        data.set(SHORT, at, Float.floatToFloat16(random.nextBoolean() ? value : -value));
    }
}
