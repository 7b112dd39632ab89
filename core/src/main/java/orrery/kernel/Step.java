package orrery.kernel;

import java.util.Arrays;

/**
 * The rows of one forward pass: what each row is, its sequence, its position, where its past lies, and whether it wants logits. A
 * prompt, one new token, or forty sequences mixed are all just rows. Rows of one sequence come in the order of their positions.
 *
 * <p>A step is filled again and again by the one thread that owns it, so that nothing is allocated for a token; its arrays are read
 * up to {@link #rows} only and must not be changed by readers.
 */
public final class Step {
    private final int[] tokens;
    private final int[] positions;
    private final int[] sequences;
    private final int[] wanted;
    private PageTable[][] tables = new PageTable[4][];
    private int[] lengths = new int[4];
    private int rows;
    private int wantedCount;
    private int sequenceCount;

    /** An empty step for at most {@code capacity} rows. */
    public Step(int capacity) {
        tokens = new int[capacity];
        positions = new int[capacity];
        sequences = new int[capacity];
        wanted = new int[capacity];
    }

    /** Forgets all rows and sequences. */
    public void clear() {
        rows = 0;
        wantedCount = 0;
        sequenceCount = 0;
        Arrays.fill(tables, null);
    }

    /**
     * Adds a sequence, and says its index within this step.
     *
     * @param pages its page tables, one for each pool of the cache
     */
    public int addSequence(PageTable[] pages) {
        return addSequence(pages, 0);
    }

    /**
     * Adds a sequence of which this step has only a part.
     *
     * @param length positions that it is known to have, those of later steps included: some kinds of RoPE turn by it
     */
    public int addSequence(PageTable[] pages, int length) {
        if (sequenceCount == tables.length) {
            tables = Arrays.copyOf(tables, 2 * sequenceCount);
            lengths = Arrays.copyOf(lengths, 2 * sequenceCount);
        }
        tables[sequenceCount] = pages;
        lengths[sequenceCount] = length;
        return sequenceCount++;
    }

    /** Adds a row. */
    public void add(int sequence, int token, int position, boolean wantsLogits) {
        if (rows == tokens.length) {
            throw new IllegalArgumentException("a step holds at most " + rows + " rows");
        }
        if (sequence < 0 || sequence >= sequenceCount || position < 0) {
            throw new IllegalArgumentException("row of sequence " + sequence + " at position " + position);
        }
        tokens[rows] = token;
        positions[rows] = position;
        sequences[rows] = sequence;
        lengths[sequence] = Math.max(lengths[sequence], position + 1);
        if (wantsLogits) {
            wanted[wantedCount++] = rows;
        }
        rows++;
    }

    public int capacity() {
        return tokens.length;
    }

    /** How many rows there are. */
    public int rows() {
        return rows;
    }

    /** Token ids, one a row. */
    public int[] tokens() {
        return tokens;
    }

    /** Absolute positions, one a row. */
    public int[] positions() {
        return positions;
    }

    /** Which of this step's sequences each row belongs to. */
    public int[] sequences() {
        return sequences;
    }

    /** The rows that want logits, ascending; the first {@link #wantedCount} entries count. */
    public int[] wanted() {
        return wanted;
    }

    public int wantedCount() {
        return wantedCount;
    }

    /** How many sequences there are. */
    public int sequenceCount() {
        return sequenceCount;
    }

    /** Positions that a sequence is known to have, after the last row of this step at least. */
    public int length(int sequence) {
        return lengths[sequence];
    }

    /** Where the past of a sequence lies, pool by pool; not to be changed. */
    public PageTable[] pagesOf(int sequence) {
        return tables[sequence];
    }

    /** Where the past of a row's sequence lies in one pool. */
    public PageTable pages(int row, int pool) {
        return tables[sequences[row]][pool];
    }
}
