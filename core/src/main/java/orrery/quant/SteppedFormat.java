package orrery.quant;

import java.lang.foreign.MemorySegment;

/**
 * A format whose blocks have one factor for all scales, which are whole numbers times that factor, exactly; and, in
 * some formats, another one for all minima.
 */
public sealed interface SteppedFormat extends BlockFormat
        permits Q2_K, Q3_K, IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS {

    /** What the steps of all scales of a block are multiplied with. */
    float factor(MemorySegment data, long block);

    /** The scale of a group over {@link #factor}: a signed byte. */
    int step(MemorySegment data, long block, int group);

    @Override
    default float scale(MemorySegment data, long block, int group) {
        return factor(data, block) * step(data, block, group);
    }

    /** What the steps of all minima of a block are multiplied with: 0 where a format has no minima. */
    default float minimumFactor(MemorySegment data, long block) {
        return 0;
    }

    /** The minimum of a group over {@link #minimumFactor}: a signed byte. */
    default int minimumStep(MemorySegment data, long block, int group) {
        return 0;
    }

    @Override
    default float minimum(MemorySegment data, long block, int group) {
        return minimumFactor(data, block) * minimumStep(data, block, group);
    }
}
