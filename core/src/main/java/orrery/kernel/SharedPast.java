package orrery.kernel;

import orrery.spec.Reach;

/**
 * The past of each block of rows in partitions of so many positions, and how many threads share one past: one, unless
 * threads would otherwise have nothing to do. Partitions begin at multiples of their length, so what a row sums up does
 * not depend on how it is shared.
 */
public final class SharedPast {
    private final RowBlocks blocks;
    /** Bytes of what partitions find that are kept until they are merged: past that, threads do not share them. */
    private final long mostKept;

    private Step step = new Step(0);
    private Reach reach = Reach.FULL;
    private int partition = 1;
    private int splits = 1;
    private int most;

    /** @param mostKept bytes that all partitions of a step may keep until they are merged */
    public SharedPast(RowBlocks blocks, long mostKept) {
        this.blocks = blocks;
        this.mostKept = mostKept;
    }

    /**
     * Divides the past of the blocks as they are now.
     *
     * @param positions of a partition
     * @param heads KV heads, each of which is a part of its own
     * @param sumBytes that one partition of a block and a head keeps
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

    /** How many threads share each past. */
    public int splits() {
        return splits;
    }

    /** Partitions of the longest past. */
    public int most() {
        return most;
    }

    /** How many partitions a block sees something of. */
    public int partitions(int block) {
        return blocks.lastSeen(block, step, reach) / partition - firstPartition(block) + 1;
    }

    /** The number of the first of them, counted from the beginning of the sequence. */
    public int firstPartition(int block) {
        return blocks.firstSeen(block, step, reach) / partition;
    }
}
