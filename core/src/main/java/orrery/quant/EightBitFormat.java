package orrery.quant;

import java.lang.foreign.MemorySegment;

/**
 * A format whose numbers are codes of eight bits, exactly: {@code scale * code - minimum}, with one scale and, in some
 * formats, one minimum for every 16 or 32 elements of a block. Kernels of products can so make one panel of bytes of
 * all these formats, whose own bits are small indices and signs.
 */
public sealed interface EightBitFormat extends BlockFormat
        permits Q1_0,
                Q2_0,
                Q2_K,
                Q3_K,
                IQ1_S,
                IQ1_M,
                IQ2_XXS,
                IQ2_XS,
                IQ2_S,
                IQ3_XXS,
                IQ3_S,
                IQ4_XS,
                TQ1_0,
                TQ2_0,
                NVFP4 {

    /** Elements that share a scale and a minimum: 16 or 32, and a block is a whole number of such groups. */
    int groupSize();

    /** Whether groups have minima: otherwise {@link #minimum} is 0. */
    default boolean minima() {
        return false;
    }

    /**
     * The codes of the elements {@code 8 * run} to {@code 8 * run + 7}, as signed bytes from -127 on, the first element
     * lowest. Unsigned ones around 128 differ in the highest bit of every byte alone.
     *
     * @param block where the block begins, in bytes
     */
    long codes(MemorySegment data, long block, int run);

    /** What the codes of a group are multiplied with. */
    float scale(MemorySegment data, long block, int group);

    /** What is subtracted from the products of a group. */
    default float minimum(MemorySegment data, long block, int group) {
        return 0;
    }

    @Override
    default float element(MemorySegment data, long block, int index) {
        int group = index / groupSize();
        byte code = (byte) (codes(data, block, index / 8) >> (8 * (index % 8)));
        return scale(data, block, group) * code - minimum(data, block, group);
    }

    @Override
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
}
