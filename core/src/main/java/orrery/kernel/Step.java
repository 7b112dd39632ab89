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
    /** No state of the cache. */
    public static final int NO_STATE = -1;

    private final int[] tokens;
    private final int[] positions;
    private final int[] sequences;
    private final int[] wanted;
    private final int[] statesAfter;
    private PageTable[][] tables = new PageTable[4][];
    private int[] statesBefore = new int[4];
    private int rows;
    private int wantedCount;
    private int sequenceCount;

    /** An empty step for at most {@code capacity} rows. */
    public Step(int capacity) {
        tokens = new int[capacity];
        positions = new int[capacity];
        sequences = new int[capacity];
        wanted = new int[capacity];
        statesAfter = new int[capacity];
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
        return addSequence(pages, NO_STATE);
    }

    /**
     * The same for a model with layers that keep a state for each sequence.
     *
     * @param state the state of the cache that its first row of this step goes on from
     */
    public int addSequence(PageTable[] pages, int state) {
        if (sequenceCount == tables.length) {
            tables = Arrays.copyOf(tables, 2 * sequenceCount);
            statesBefore = Arrays.copyOf(statesBefore, 2 * sequenceCount);
        }
        tables[sequenceCount] = pages;
        statesBefore[sequenceCount] = state;
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
        statesAfter[rows] = NO_STATE;
        if (wantsLogits) {
            wanted[wantedCount++] = rows;
        }
        rows++;
    }

    /** Has the state after the row that was added last written to that slot of the cache; it may be the one that its sequence began with. */
    public void keepState(int slot) {
        statesAfter[rows - 1] = slot;
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

    /** The state of the cache that a sequence's first row goes on from. */
    public int stateBefore(int sequence) {
        return statesBefore[sequence];
    }

    /** Where the state after a row has to be written, or {@link #NO_STATE}. The last row that has such a place is the last that counts. */
    public int stateAfter(int row) {
        return statesAfter[row];
    }

    /** How many sequences there are. */
    public int sequenceCount() {
        return sequenceCount;
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
