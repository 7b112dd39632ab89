package orrery.kernel;

import orrery.spec.Reach;

/**
 * Splits the KV positions of each block of rows into partitions, as in FlashDecoding, and decides how many threads
 * share one block's positions: one, unless threads would otherwise be idle. Partitions start at multiples of their
 * length, so a row's sums do not depend on how its positions are shared.
 */
public final class SharedPast {
    private final RowBlocks blocks;
    /**
     * The most bytes of partial results that are kept until they are merged; if more were needed, threads do not share.
     */
    private final long mostKept;

    private Step step = new Step(0);
    private Reach reach = Reach.FULL;
    private int partition = 1;
    private int splits = 1;
    private int most;

    /** @param mostKept the most bytes that all partitions of a step may keep until they are merged */
    public SharedPast(RowBlocks blocks, long mostKept) {
        this.blocks = blocks;
        this.mostKept = mostKept;
    }

    /**
     * Divides the positions of the current blocks.
     *
     * @param positions positions per partition
     * @param heads KV heads, each of which is a separate part
     * @param sumBytes bytes that one partition of a block and a head keeps
     */
    public void divide(Step rows, Reach seen, int positions, int heads, int workers, long sumBytes) {
        step = rows;
        reach = seen;
        partition = positions;
        most = 0;
        for (int block = 0; block < blocks.count(); block++) {
            most = Math.max(most, partitions(block));
        }
        int parts = blocks.count() * heads;
        int wanted = workers == 1 ? 1 : 2 * workers;
        splits = parts == 0 || parts >= wanted || (long) parts * most * sumBytes > mostKept
                ? 1
                : Math.clamp(most, 1, (wanted + parts - 1) / parts);
    }

    /** How many threads share a block's positions. */
    public int splits() {
        return splits;
    }

    /** Partitions of the block with the most positions. */
    public int most() {
        return most;
    }

    /** The number of partitions that a block sees. */
    public int partitions(int block) {
        return blocks.lastSeen(block, step, reach) / partition - firstPartition(block) + 1;
    }

    /** The number of its first partition, counted from the start of the sequence. */
    public int firstPartition(int block) {
        return blocks.firstSeen(block, step, reach) / partition;
    }
}
