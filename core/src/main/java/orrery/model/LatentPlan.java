package orrery.model;

import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.spec.Latent;

/**
 * Decides which sequences of a step attend over the latents (absorbed) and which over keys and values projected up from
 * them (expanded), by the number of multiplications. With {@code n} rows at the end of a sequence of {@code T} tokens,
 * latent rank {@code r}, RoPE size {@code t}, NoPE size {@code d} and value size {@code v}, a head costs
 * <ul>
 *   <li>absorbed: {@code n r (d + v)} to project queries and results, and {@code (2 r + t)} per query-key pair;
 *   <li>expanded: {@code T r (d + v)} to expand keys and values, and {@code (d + t + v)} per pair.
 * </ul>
 * So a whole prompt is expanded, and each token after it is absorbed. With DeepSeek's sizes, where a pair costs 1,088
 * or 320, a chunk needs about 170 rows before expanding a long sequence pays off. Beyond {@link #MOST_EXPANDED} tokens
 * the expanded keys and values would need too much memory for the time they save.
 */
final class LatentPlan {
    /**
     * The longest sequence that is expanded, in tokens: one head's keys and values take some 20 MB with DeepSeek's
     * sizes.
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

    /** Whether expanding costs less for {@code rows} rows at the end of a sequence of {@code tokens}. */
    boolean expands(int rows, int tokens) {
        if (tokens > MOST_EXPANDED) {
            return false;
        }
        double pairs = rows * (tokens - (rows - 1) / 2.0);
        return tokens * (double) rebuild + pairs * pairExpanded < rows * (double) rebuild + pairs * pairAbsorbed;
    }

    /** Divides the rows of a step. The rows of one sequence need not be adjacent; their positions ascend by one. */
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

    /** Whether no sequence is expanded: then the step itself is the absorbed one. */
    boolean allAbsorbed() {
        return segments == 0;
    }

    /** The absorbed rows as a step of their own. */
    Step absorbed() {
        return absorbed;
    }

    /** For each row of {@link #absorbed}, its row in the step. */
    int[] absorbedRows() {
        return absorbedRows;
    }

    /** The number of expanded sequences. */
    int segments() {
        return segments;
    }

    /** The row indices of all expanded sequences, one after another. */
    int[] expandedRows() {
        return expandedRows;
    }

    /** Where a sequence's rows start in {@link #expandedRows}. */
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
