package orrery.quant;

import java.lang.foreign.MemorySegment;

/**
 * A format whose scales are whole numbers times one factor per block, exactly; in some formats, minima have another
 * such factor.
 */
public sealed interface SteppedFormat extends BlockFormat
        permits Q2_K, Q3_K, IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS {

    /** The factor of all scale steps of a block. */
    float factor(MemorySegment data, long block);

    /** The scale of a group divided by {@link #factor}: a signed byte. */
    int step(MemorySegment data, long block, int group);

    @Override
    default float scale(MemorySegment data, long block, int group) {
        return factor(data, block) * step(data, block, group);
    }

    /** The factor of all minimum steps of a block: 0 if the format has no minima. */
    default float minimumFactor(MemorySegment data, long block) {
        return 0;
    }

    /** The minimum of a group divided by {@link #minimumFactor}: a signed byte. */
    default int minimumStep(MemorySegment data, long block, int group) {
        return 0;
    }

    @Override
    default float minimum(MemorySegment data, long block, int group) {
        return minimumFactor(data, block) * minimumStep(data, block, group);
    }
}
