package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import orrery.tensor.DType;

/**
 * The meaning of a block's bytes: the definition that every fast kernel is tested against. Sources:
 * {@code ggml-common.h} and {@code ggml-quants.c} of github.com/ggml-org/ggml for the layouts, arXiv:2310.10537 for
 * microscaling floats.
 *
 * <p>In every format, elements are eight-bit codes, {@code scale * code - minimum}, with one scale and, in some
 * formats, one minimum for every 16 or 32 elements of a block.
 */
public sealed interface BlockFormat permits WritableFormat, SteppedFormat, Q1_0, Q2_0, TQ1_0, TQ2_0, NVFP4 {

    /** The dtype that this format defines. */
    DType dtype();

    /** Elements that share a scale and a minimum: 16 or 32; a block is a whole number of such groups. */
    int groupSize();

    /**
     * The codes of the elements {@code 8 * run} to {@code 8 * run + 7}, as signed bytes, the first element lowest.
     *
     * @param block where the block starts, in bytes
     */
    long codes(MemorySegment data, long block, int run);

    /** The factor of the codes of a group. */
    float scale(MemorySegment data, long block, int group);

    /** What is subtracted from the products of a group: 0 if the format has no minima. */
    default float minimum(MemorySegment data, long block, int group) {
        return 0;
    }

    /**
     * The codes of a whole block and the scale and minimum of each of its groups: exactly the results of the methods
     * above, in one call. Each format has its own copy of this loop, because only then does the compiler inline the
     * format's methods in a program that uses many formats. Memory is passed as addresses, and <strong>nothing is
     * checked</strong>.
     *
     * @param block the address of the block
     * @param codes the address for the codes, one byte per element
     * @param scales the address for two floats per group, its scale and its minimum
     */
    void unpack(long block, long codes, long scales);

    /**
     * One element, computed in float in the order of the definition.
     *
     * @param block where the block starts, in bytes
     * @param index of the element within the block
     */
    default float element(MemorySegment data, long block, int index) {
        int group = index / groupSize();
        byte code = (byte) (codes(data, block, index / 8) >> (8 * (index % 8)));
        return scale(data, block, group) * code - minimum(data, block, group);
    }

    /** Decodes the block that starts at byte {@code block} into {@code out}, starting at {@code at}. */
    default void decode(MemorySegment data, long block, float[] out, int at) {
        int size = groupSize();
        for (int group = 0; group < dtype().blockElements() / size; group++) {
            float scale = scale(data, block, group);
            float minimum = minimum(data, block, group);
            for (int i = group * size; i < (group + 1) * size; i += 8) {
                long codes = codes(data, block, i / 8);
                for (int k = 0; k < 8; k++) {
                    out[at + i + k] = scale * (byte) (codes >> (8 * k)) - minimum;
                }
            }
        }
    }

    /**
     * The format of a dtype that stores blocks.
     *
     * @throws IllegalArgumentException if its elements are stored individually
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

    /** Stores the eight codes of a run for {@link #unpack}. */
    static void putCodes(long codes, int run, long eight) {
        Bytes.ALL.set(Bytes.LONG, codes + 8L * run, eight);
    }

    /** Stores the scale and minimum of a group for {@link #unpack}. */
    static void putScale(long scales, int group, float scale, float minimum) {
        Bytes.ALL.set(Bytes.FLOAT, scales + 8L * group, scale);
        Bytes.ALL.set(Bytes.FLOAT, scales + 8L * group + 4, minimum);
    }

    /** The F16 at a byte offset. */
    static float half(MemorySegment data, long at) {
        return Float.float16ToFloat(data.get(Bytes.SHORT, at));
    }

    /** The unsigned byte at an offset. */
    static int unsigned(MemorySegment data, long at) {
        return data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    /** The unsigned 16-bit number at a byte offset. */
    static int unsignedShort(MemorySegment data, long at) {
        return data.get(Bytes.SHORT, at) & 0xFFFF;
    }

    /** Four bits of bytes that hold two neighbouring elements each, the first one in the low bits. */
    static int fourBits(MemorySegment data, long at, int index) {
        return (unsigned(data, at + index / 2) >> (4 * (index % 2))) & 0xF;
    }

    /** How multi-byte fields are read: unaligned, little-endian. */
    final class Bytes {
        /** All memory; a constant, so that the checks of each access fold away. */
        static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

        static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

        private Bytes() {}
    }
}
