package orrery.kernel.jit;

import orrery.tensor.BlockScales;

/** The factors of weights' blocks ({@link BlockScales}), as one float per column. */
final class BlockFactors {
    private BlockFactors() {}

    /** How many of {@code count} rows from {@code row} on share their factors with it. */
    static int rows(BlockScales scales, int row, int count) {
        return inBlock(row + scales.firstRow(), scales.blockRows(), count);
    }

    /** Writes the factors of a row's columns from {@code first} on. */
    static void spread(BlockScales scales, int row, int first, int count, long to) {
        for (int i = 0; i < count; ) {
            int same = inBlock(first + i + scales.firstColumn(), scales.blockColumns(), count - i);
            float factor = scales.at(row, first + i);
            for (int end = i + same; i < end; i++) {
                RawMemory.setFloat(to + (long) Float.BYTES * i, factor);
            }
        }
    }

    private static int inBlock(int at, int block, int count) {
        return Math.min(count, block - at % block);
    }
}
