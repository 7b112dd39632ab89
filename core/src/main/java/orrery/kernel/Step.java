package orrery.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orrery.tensor.Tensor;

/**
 * The rows of one forward pass: for each row its token, its sequence, its position, its page tables, and whether it
 * needs logits. A prompt, one new token, or forty sequences mixed are all just rows. Rows of one sequence come in the
 * order of their positions.
 *
 * <p>A row is a token, or a <em>soft row</em>: a vector (a part of an image) that replaces the token's embedding. The
 * vector is used unchanged, without the factor with which the model multiplies its embeddings; learned positions are
 * added to it as to every row. A soft row still has a token id, that of the placeholder in the prompt, for other
 * lookups by id: Gemma 3n's embedding per layer, where an id beyond the table reads its first row.
 *
 * <p>A row sees the keys of its sequence up to its own. The rows of a <em>span</em> see each other in both directions,
 * as the tokens of an image do in Gemma 3: {@code key <= query, or both are in one span}. A window or a chunk also
 * applies within a span, and limits how far back a row sees. A span is part of one sequence and of one step: keys of
 * rows in a later step do not exist yet, so code that divides a prompt into steps never splits a span.
 *
 * <p>A step is reused by the one thread that owns it, so that nothing is allocated per token; its arrays are valid up
 * to {@link #rows} and must not be changed by readers.
 */
public final class Step {
    /** No state of the cache. */
    public static final int NO_STATE = -1;

    private final int[] tokens;
    private final int[] positions;
    private final int[] sequences;
    private final int[] wanted;
    private final int[] lastSeen;
    private final int[] softRows;
    private final @Nullable Tensor[] softVectors;
    private final int[] softIndices;
    private final int[] statesAfter;
    private PageTable[][] tables = new PageTable[4][];
    private int[] lengths = new int[4];
    private int[] statesBefore = new int[4];
    private boolean keepsHidden;
    private int rows;
    private int wantedCount;
    private int softCount;
    private int spansEnd;
    private int sequenceCount;

    /** An empty step for at most {@code capacity} rows. */
    public Step(int capacity) {
        tokens = new int[capacity];
        positions = new int[capacity];
        sequences = new int[capacity];
        wanted = new int[capacity];
        lastSeen = new int[capacity];
        softRows = new int[capacity];
        softVectors = new Tensor[capacity];
        softIndices = new int[capacity];
        statesAfter = new int[capacity];
    }

    /** Removes all rows and sequences. */
    public void clear() {
        keepsHidden = false;
        rows = 0;
        wantedCount = 0;
        spansEnd = 0;
        sequenceCount = 0;
        Arrays.fill(tables, null);
        Arrays.fill(softVectors, 0, softCount, null);
        softCount = 0;
    }

    /**
     * Adds a sequence, and returns its index within this step.
     *
     * @param pages its page tables, one for each pool of the cache
     */
    public int addSequence(PageTable[] pages) {
        return addSequence(pages, NO_STATE);
    }

    /**
     * The same for a model with states per sequence.
     *
     * @param state the cache's state slot that its first row of this step continues from
     */
    public int addSequence(PageTable[] pages, int state) {
        if (sequenceCount == tables.length) {
            tables = Arrays.copyOf(tables, 2 * sequenceCount);
            statesBefore = Arrays.copyOf(statesBefore, 2 * sequenceCount);
            lengths = Arrays.copyOf(lengths, 2 * sequenceCount);
        }
        tables[sequenceCount] = pages;
        statesBefore[sequenceCount] = state;
        lengths[sequenceCount] = 0;
        return sequenceCount++;
    }

    /**
     * Sets how many positions a sequence is known to have, including those of later steps: some kinds of RoPE depend on
     * it.
     */
    public void expect(int sequence, int length) {
        lengths[sequence] = Math.max(lengths[sequence], length);
    }

    /** Adds a row that is a token. */
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
        lastSeen[rows] = position;
        statesAfter[rows] = NO_STATE;
        if (wantsLogits) {
            wanted[wantedCount++] = rows;
        }
        rows++;
    }

    /**
     * Adds a soft row.
     *
     * @param token the id of the placeholder, not necessarily in the vocabulary
     * @param vectors {@code [count, hidden size]} in F32, allocated by the kernels that will run the step; must not
     *     change before they have
     * @param index which of the vectors
     */
    public void addSoft(int sequence, int token, Tensor vectors, int index, int position, boolean wantsLogits) {
        if (index < 0 || index >= vectors.rows()) {
            throw new IllegalArgumentException(
                    "a soft row is vector " + index + " of " + vectors.rows() + ", expected one of them");
        }
        add(sequence, token, position, wantsLogits);
        softRows[softCount] = rows - 1;
        softVectors[softCount] = vectors;
        softIndices[softCount++] = index;
    }

    /**
     * Adds a row that sees as far as a row of another step, for a pass over some of that step's rows; a vector is not
     * copied.
     */
    public void addLike(int sequence, Step other, int row) {
        add(sequence, other.tokens[row], other.positions[row], false);
        lastSeen[rows - 1] = other.lastSeen[row];
    }

    /**
     * Makes the rows added last a span: they see each other in both directions.
     *
     * @param first the first of its rows
     * @param count the number of rows, all of one sequence at consecutive positions
     * @throws IllegalArgumentException if it is empty, has rows that do not exist, or that belong to another sequence
     *     or another span, or if its positions are not consecutive
     */
    public void span(int first, int count) {
        if (first < 0 || count < 1 || first > rows - count) {
            throw new IllegalArgumentException(
                    "a span of " + count + " rows from row " + first + ", expected 1 or more of the step's " + rows);
        }
        if (first < spansEnd) {
            throw new IllegalArgumentException("a span from row " + first + ", expected row " + spansEnd
                    + " or a later one: an earlier span ends there");
        }
        int last = first + count - 1;
        for (int r = first + 1; r <= last; r++) {
            if (sequences[r] != sequences[first]) {
                throw new IllegalArgumentException("a span from row " + first + " of sequence " + sequences[first]
                        + " reaches row " + r + " of sequence " + sequences[r] + ", expected one sequence");
            }
            if (positions[r] != positions[first] + r - first) {
                throw new IllegalArgumentException("a span from row " + first + " has row " + r + " at position "
                        + positions[r] + ", expected " + (positions[first] + r - first));
            }
        }
        Arrays.fill(lastSeen, first, last + 1, positions[last]);
        spansEnd = last + 1;
    }

    /**
     * Requests that the state after the row added last is written to that slot of the cache; it may be the slot that
     * its sequence started from.
     */
    public void keepState(int slot) {
        statesAfter[rows - 1] = slot;
    }

    public int capacity() {
        return tokens.length;
    }

    /** The number of rows. */
    public int rows() {
        return rows;
    }

    /** Token ids, one per row; those of soft rows may be beyond the vocabulary. */
    public int[] tokens() {
        return tokens;
    }

    /** Absolute positions, one per row. */
    public int[] positions() {
        return positions;
    }

    /**
     * The last position that each row sees, before a layer's reach applies: its own, or that of its span's last row.
     */
    public int[] lastSeen() {
        return lastSeen;
    }

    /** The number of soft rows. */
    public int softCount() {
        return softCount;
    }

    /** The indices of the soft rows, ascending; only the first {@link #softCount} entries are valid. */
    public int[] softRows() {
        return softRows;
    }

    /** The tensor that contains a soft row, counted among the soft ones. */
    public Tensor softVectors(int soft) {
        var vectors = softVectors[soft];
        if (vectors == null) {
            throw new IndexOutOfBoundsException("soft row " + soft + " of " + softCount);
        }
        return vectors;
    }

    /** The row of its tensor for each soft row; only the first {@link #softCount} entries are valid. */
    public int[] softIndices() {
        return softIndices;
    }

    /** The index of each row's sequence. */
    public int[] sequences() {
        return sequences;
    }

    /** Requests the hidden states of all rows, after the final norm. */
    public void keepHidden() {
        keepsHidden = true;
    }

    /** Whether the hidden states of all rows are requested. */
    public boolean keepsHidden() {
        return keepsHidden;
    }

    /** The rows that need logits, ascending; only the first {@link #wantedCount} entries are valid. */
    public int[] wanted() {
        return wanted;
    }

    public int wantedCount() {
        return wantedCount;
    }

    /** The cache's state slot that a sequence's first row continues from. */
    public int stateBefore(int sequence) {
        return statesBefore[sequence];
    }

    /**
     * The slot that the state after a row has to be written to, or {@link #NO_STATE}. After a sequence's last row with
     * a slot, its state is not needed.
     */
    public int stateAfter(int row) {
        return statesAfter[row];
    }

    /** The number of sequences. */
    public int sequenceCount() {
        return sequenceCount;
    }

    /** Positions that a sequence is known to have, at least up to the last row of this step. */
    public int length(int sequence) {
        return lengths[sequence];
    }

    /** The page tables of a sequence, one per pool; not to be changed. */
    public PageTable[] pagesOf(int sequence) {
        return tables[sequence];
    }

    /** The page table of a row's sequence in one pool. */
    public PageTable pages(int row, int pool) {
        return tables[sequences[row]][pool];
    }
}
