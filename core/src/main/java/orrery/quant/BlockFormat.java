package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import orrery.tensor.DType;

/**
 * What the bytes of one block mean: the definition that every fast kernel is held against. Sources:
 * {@code ggml-common.h} and {@code ggml-quants.c} of github.com/ggml-org/ggml for the layouts, arXiv:2310.10537 for
 * microscaling floats.
 */
public sealed interface BlockFormat permits WritableFormat, EightBitFormat {

    /** The dtype that this format defines. */
    DType dtype();

    /**
     * One element, computed in float in the order of the definition.
     *
     * @param block where the block begins, in bytes
     * @param index of the element within the block
     */
    float element(MemorySegment data, long block, int index);

    /** All elements of the block that begins at byte {@code block}, to {@code out[at]} and on. */
    default void decode(MemorySegment data, long block, float[] out, int at) {
        for (int i = 0; i < dtype().blockElements(); i++) {
            out[at + i] = element(data, block, i);
        }
    }

    /**
     * The format of a dtype that stores blocks.
     *
     * @throws IllegalArgumentException if its elements stand alone
     */
    static BlockFormat of(DType dtype) {
        return switch (dtype) {
            case Q8_0 -> Q8_0.FORMAT;
            case Q4_0 -> Q4_0.FORMAT;
            case Q4_1 -> Q4_1.FORMAT;
            case Q5_0 -> Q5_0.FORMAT;
            case Q5_1 -> Q5_1.FORMAT;
            case Q4_K -> Q4_K.FORMAT;
            case Q5_K -> Q5_K.FORMAT;
            case Q6_K -> Q6_K.FORMAT;
            case IQ4_NL -> IQ4_NL.FORMAT;
            case MXFP4 -> MXFP4.FORMAT;
            case Q1_0 -> Q1_0.FORMAT;
            case Q2_0 -> Q2_0.FORMAT;
            case Q2_K -> Q2_K.FORMAT;
            case Q3_K -> Q3_K.FORMAT;
            case IQ1_S -> IQ1_S.FORMAT;
            case IQ1_M -> IQ1_M.FORMAT;
            case IQ2_XXS -> IQ2_XXS.FORMAT;
            case IQ2_XS -> IQ2_XS.FORMAT;
            case IQ2_S -> IQ2_S.FORMAT;
            case IQ3_XXS -> IQ3_XXS.FORMAT;
            case IQ3_S -> IQ3_S.FORMAT;
            case IQ4_XS -> IQ4_XS.FORMAT;
            case TQ1_0 -> TQ1_0.FORMAT;
            case TQ2_0 -> TQ2_0.FORMAT;
            case NVFP4 -> NVFP4.FORMAT;
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException(dtype + " stores no blocks");
        };
    }

    /** The F16 at a byte. */
    static float half(MemorySegment data, long at) {
        return Float.float16ToFloat(data.get(Bytes.SHORT, at));
    }

    /** The unsigned byte at a byte. */
    static int unsigned(MemorySegment data, long at) {
        return data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    /** The number in the two bytes from a byte on, without a sign. */
    static int unsignedShort(MemorySegment data, long at) {
        return data.get(Bytes.SHORT, at) & 0xFFFF;
    }

    /** Four bits of bytes that hold two neighbours each, the first one low. */
    static int fourBits(MemorySegment data, long at, int index) {
        return (unsigned(data, at + index / 2) >> (4 * (index % 2))) & 0xF;
    }

    /**
     * Four bits of sixteen bytes that hold two halves of a block: elements 0 to 15 in the low, 16 to 31 in the high
     * bits.
     */
    static int nibble(MemorySegment data, long at, int index) {
        return (unsigned(data, at + index % 16) >> (4 * (index / 16))) & 0xF;
    }

    /** How multi-byte fields are read: at any address, little-endian. */
    final class Bytes {
        static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

        private Bytes() {}
    }
}
