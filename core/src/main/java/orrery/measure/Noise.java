package orrery.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import orrery.tensor.DType;

/**
 * Random weights of one dtype: random bits that are finite, of either sign, and small enough that sums of thousands
 * stay near 1. A tile of them is made once and then copied at the speed of memory.
 */
final class Noise {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int TILE_BLOCKS = 1 << 15;

    private final DType dtype;
    private final MemorySegment tile;
    private final SplittableRandom random;

    Noise(Arena arena, DType dtype, SplittableRandom random) {
        this.dtype = dtype;
        this.random = random;
        tile = arena.allocate((long) TILE_BLOCKS * dtype.blockBytes(), Long.BYTES);
        var bits = new byte[(int) tile.byteSize()];
        random.nextBytes(bits);
        MemorySegment.copy(bits, 0, tile, ValueLayout.JAVA_BYTE, 0, bits.length);
        for (long block = 0; block < tile.byteSize(); block += dtype.blockBytes()) {
            tame(block);
        }
    }

    /** Fills memory from the tile, each time starting at another place. */
    void fill(MemorySegment data) {
        long from = (long) random.nextInt(TILE_BLOCKS) * dtype.blockBytes();
        for (long at = 0; at < data.byteSize(); ) {
            long length = Math.min(tile.byteSize() - from, data.byteSize() - at);
            MemorySegment.copy(tile, from, data, at, length);
            at += length;
            from = 0;
        }
    }

    /**
     * Turns random bits into a small number, or a block of them: scales are powers of two chosen so that elements are
     * around 2^-7, and a minimum is in the middle of its block.
     */
    private void tame(long at) {
        switch (dtype) {
            // 2^-7 to 2^-6 and a sign.
            case F32 -> tile.set(INT, at, (tile.get(INT, at) & 0x807fffff) | 0x3c000000);
            case BF16 -> tile.set(SHORT, at, (short) ((tile.get(SHORT, at) & 0x807f) | 0x3c00));
            case F16 -> tile.set(SHORT, at, (short) ((tile.get(SHORT, at) & 0x83ff) | 0x2000));
            // 1 to 2 and a sign: its factors are small.
            case F8_E4M3 ->
                tile.set(ValueLayout.JAVA_BYTE, at, (byte) ((tile.get(ValueLayout.JAVA_BYTE, at) & 0x87) | 0x38));
            case Q8_0, IQ4_NL -> half(at, 0x1p-13f);
            case Q4_0 -> half(at, 0x1p-9f);
            case Q5_0 -> half(at, 0x1p-10f);
            case Q4_1 -> {
                half(at, 0x1p-9f);
                half(at + 2, -7.5f * 0x1p-9f);
            }
            case Q5_1 -> {
                half(at, 0x1p-10f);
                half(at + 2, -15.5f * 0x1p-10f);
            }
            // The smallest normal half: it is multiplied with scales of six and eight bits.
            case Q4_K -> {
                half(at, 0x1p-14f);
                half(at + 2, 7.5f * 0x1p-14f);
            }
            case Q5_K -> {
                half(at, 0x1p-14f);
                half(at + 2, 15.5f * 0x1p-14f);
            }
            case Q6_K -> half(at + 208, 0x1p-14f);
            case MXFP4 -> tile.set(ValueLayout.JAVA_BYTE, at, (byte) 119);
            case Q1_0 -> half(at, 0x1p-7f);
            case Q2_0 -> {
                half(at, 0x1p-7f);
                ternary(at + 2, 16);
            }
            case Q2_K -> {
                half(at + 80, 0x1p-10f);
                half(at + 82, 1.5f * 0x1p-10f);
            }
            case Q3_K -> half(at + 108, 0x1p-12f);
            case IQ4_XS -> half(at, 0x1p-14f);
            case IQ1_S -> half(at, 0x1p-10f);
            case IQ1_M -> spread(at + 48, 0x1p-10f);
            case IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS -> half(at, 0x1p-13f);
            case IQ3_S -> half(at, 0x1p-14f);
            case TQ1_0 -> half(at + 52, 0x1p-7f);
            case TQ2_0 -> {
                half(at + 64, 0x1p-7f);
                ternary(at, 64);
            }
            // Scales of 2^-6 and a half.
            case NVFP4 -> tile.set(INT, at, 0x08080808);
            case F64, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException("weights in " + dtype + " cannot be multiplied");
        }
    }

    private void half(long at, float value) {
        tile.set(SHORT, at, Float.floatToFloat16(value));
    }

    /** Replaces the largest of four two-bit numbers by the middle one: three values are left, as in ternary models. */
    private void ternary(long at, int count) {
        for (int i = 0; i < count; i++) {
            int bits = tile.get(ValueLayout.JAVA_BYTE, at + i) & 0xFF;
            int largest = bits & (bits >> 1) & 0x55;
            tile.set(ValueLayout.JAVA_BYTE, at + i, (byte) (bits & ~(largest << 1)));
        }
    }

    /** Writes a half as IQ1_M stores it: four bits of it above each of four twelve-bit numbers. */
    private void spread(long at, float value) {
        int bits = Float.floatToFloat16(value);
        for (int i = 0; i < 4; i++) {
            long place = at + 2L * i;
            tile.set(SHORT, place, (short) ((tile.get(SHORT, place) & 0xFFF) | ((bits >> (4 * i)) << 12)));
        }
    }
}
