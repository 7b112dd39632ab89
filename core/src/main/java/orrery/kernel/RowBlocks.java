package orrery.kernel;

import java.util.Arrays;
import orrery.spec.Reach;

/** A step's rows in blocks of consecutive positions of one sequence. */
public final class RowBlocks {
    private int[] firsts = new int[16];
    private int[] counts = new int[16];
    private int blocks;

    /** Divides a step's rows, and returns the number of rows of the largest block. */
    public int divide(Step step, int mostRows) {
        int rows = step.rows();
        if (firsts.length < rows) {
            firsts = Arrays.copyOf(firsts, step.capacity());
            counts = Arrays.copyOf(counts, step.capacity());
        }
        blocks = 0;
        int most = 1;
        for (int r = 0; r < rows; ) {
            int n = 1;
            while (n < mostRows
                    && r + n < rows
                    && step.sequences()[r + n] == step.sequences()[r]
                    && step.positions()[r + n] == step.positions()[r] + n) {
                n++;
            }
            firsts[blocks] = r;
            counts[blocks++] = n;
            most = Math.max(most, n);
            r += n;
        }
        return most;
    }

    /** The number of blocks. */
    public int count() {
        return blocks;
    }

    /** The first row of a block. */
    public int first(int block) {
        return firsts[block];
    }

    /** The number of rows of a block. */
    public int rows(int block) {
        return counts[block];
    }

    /** The first position that the block sees. */
    public int firstSeen(int block, Step step, Reach reach) {
        return reach.firstSeenFrom(step.positions()[firsts[block]]);
    }

    /** The last position that the block sees: that of its last row. */
    public int lastSeen(int block, Step step, Reach reach) {
        int row = firsts[block] + counts[block] - 1;
        return reach.lastSeenFrom(step.positions()[row], step.lastSeen()[row]);
    }
}
