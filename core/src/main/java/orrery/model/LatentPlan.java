package orrery.model;

import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.Latent;

/**
 * Which sequences of a step attend over latents as they are (absorbed) and which over keys and values rebuilt from them
 * (expanded), whichever costs fewer multiplications. With {@code n} rows that end a past of {@code T} tokens, latent
 * rank {@code r}, rotary size {@code t}, plain size {@code d}, value size {@code v}, a head costs
 *
 * <ul>
 *   <li>absorbed: {@code n r (d + v)} to take queries and results through the latents' space, and {@code (2 r + t)} for
 *       every pair of query and key;
 *   <li>expanded: {@code T r (d + v)} to rebuild keys and values, and {@code (d + t + v)} for every pair.
 * </ul>
 *
 * So a prompt at once is expanded, and a token after it is absorbed. In DeepSeek's sizes, where a pair costs 1,088 or
 * 320, a chunk has to have about 170 rows before rebuilding a long past pays. Beyond {@link #MOST_EXPANDED} tokens the
 * rebuilt past would take more memory than it saves time.
 */
final class LatentPlan {
    /**
     * Tokens of a past that is rebuilt at most: their keys and values, one head at a time, take some 20 MB in
     * DeepSeek's sizes.
     */
    static final int MOST_EXPANDED = 8192;

    private final long pairAbsorbed;
    private final long pairExpanded;
    private final long rebuild;
    private final Step absorbed;
    private final int[] absorbedRows;
    private final int[] expandedRows;
    private final int[] firstOfSegment;
    private int segments;
    private int expandedCount;

    LatentPlan(Latent spec, int maxRows) {
        int rank = spec.latentRank();
        int rotary = spec.rope().dimensions();
        pairAbsorbed = 2L * rank + rotary;
        pairExpanded = (long) spec.nopeSize() + rotary + spec.valueSize();
        rebuild = (long) rank * (spec.nopeSize() + spec.valueSize());
        absorbed = new Step(maxRows);
        absorbedRows = new int[maxRows];
        expandedRows = new int[maxRows];
        firstOfSegment = new int[maxRows + 1];
    }

    /** Whether rebuilding is cheaper for {@code rows} rows that end a past of {@code tokens}. */
    boolean expands(int rows, int tokens) {
        if (tokens > MOST_EXPANDED) {
            return false;
        }
        double pairs = rows * (tokens - (rows - 1) / 2.0);
        return tokens * (double) rebuild + pairs * pairExpanded < rows * (double) rebuild + pairs * pairAbsorbed;
    }

    /** Divides the rows of a step. Rows of one sequence are neighbours or not; their positions ascend by one. */
    void divide(Step step) {
        absorbed.clear();
        segments = 0;
        expandedCount = 0;
        int rows = step.rows();
        for (int sequence = 0; sequence < step.sequenceCount(); sequence++) {
            int count = 0;
            int last = 0;
            for (int r = 0; r < rows; r++) {
                if (step.sequences()[r] == sequence) {
                    expandedRows[expandedCount + count++] = r;
                    last = step.positions()[r];
                }
            }
            if (count > 0 && expands(count, last + 1)) {
                firstOfSegment[segments++] = expandedCount;
                expandedCount += count;
            } else if (count > 0) {
                int index = absorbed.addSequence(step.pagesOf(sequence));
                for (int i = 0; i < count; i++) {
                    int row = expandedRows[expandedCount + i];
                    absorbedRows[absorbed.rows()] = row;
                    absorbed.addLike(index, step, row);
                }
            }
        }
        firstOfSegment[segments] = expandedCount;
    }

    /** Whether no row is expanded: then the step itself is the absorbed one. */
    boolean allAbsorbed() {
        return segments == 0;
    }

    /** The absorbed rows as a step of their own. */
    Step absorbed() {
        return absorbed;
    }

    /** For each row of {@link #absorbed}, which row of the step it is. */
    int[] absorbedRows() {
        return absorbedRows;
    }

    /** How many sequences are expanded. */
    int segments() {
        return segments;
    }

    /** Row indices of all expanded sequences, one after another. */
    int[] expandedRows() {
        return expandedRows;
    }

    /** Where a sequence's rows begin in {@link #expandedRows}. */
    int first(int segment) {
        return firstOfSegment[segment];
    }

    int count(int segment) {
        return firstOfSegment[segment + 1] - firstOfSegment[segment];
    }

    /** The page table of an expanded sequence in one pool. */
    PageTable pages(Step step, int segment, int pool) {
        return step.pages(expandedRows[firstOfSegment[segment]], pool);
    }
}
