package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.WIDE_SHORTS;

/**
 * A worker's room for the sums of single planes of bits, before they are put together: a few blocks, which stay in the
 * first-level cache.
 */
final class LutSums {
    /** Blocks of 32 inputs that are summed before they are put together. */
    static final int BLOCKS = 8;

    private final short[] lower = Apart.shorts(2 * BLOCKS * WIDE_SHORTS.length());
    private final short[] upper = Apart.shorts(2 * BLOCKS * WIDE_SHORTS.length());
    private final short[] lowerSecond = Apart.shorts(2 * BLOCKS * WIDE_SHORTS.length());
    private final short[] upperSecond = Apart.shorts(2 * BLOCKS * WIDE_SHORTS.length());

    /** Of the lower bits. */
    short[] lower() {
        return lower;
    }

    /** Of the upper bits. */
    short[] upper() {
        return upper;
    }

    /** Of the lower bits of second halves of blocks. */
    short[] lowerSecond() {
        return lowerSecond;
    }

    /** Of the upper bits of second halves. */
    short[] upperSecond() {
        return upperSecond;
    }
}
