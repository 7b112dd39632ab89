package orrery.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orrery.tensor.Tensor;

/**
 * The rows of one forward pass: what each row is, its sequence, its position, where its past lies, and whether it wants
 * logits. A prompt, one new token, or forty sequences mixed are all just rows. Rows of one sequence come in the order
 * of their positions.
 *
 * <p>A row is a token, or a <em>soft row</em>: a vector (a part of an image) that takes the place of the token's
 * embedding. The vector is used as it is, after whatever the model multiplies its embeddings with; learned positions
 * are added to it as to every row. A soft row still has a token id, that of the placeholder in the prompt, for what is
 * looked up by id besides: Gemma 3n's embedding per layer, where an id beyond the table stands for its first row.
 *
 * <p>A row sees the keys of its sequence up to its own. The rows of a <em>span</em> see each other in both directions,
 * as the tokens of an image do in Gemma 3: {@code key <= query, or both are in one span}. A window or a chunk holds
 * within a span, too, and limits how far a row sees back. A span lies within one sequence and within one step: keys of
 * rows that come in a later step do not exist yet, so code that divides a prompt into steps never cuts a span.
 *
 * <p>A step is filled again and again by the one thread that owns it, so that nothing is allocated for a token; its
 * arrays are read up to {@link #rows} only and must not be changed by readers.
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

    /** Forgets all rows and sequences. */
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
            lengths = Arrays.copyOf(lengths, 2 * sequenceCount);
        }
        tables[sequenceCount] = pages;
        statesBefore[sequenceCount] = state;
        lengths[sequenceCount] = 0;
        return sequenceCount++;
    }

    /**
     * Says how many positions a sequence is known to have, those of later steps included: some kinds of RoPE turn by
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
     * @param token the id of the placeholder, not necessarily one of the vocabulary
     * @param vectors {@code [count, hidden size]} in F32, allocated by the kernels that will run the step; not changed
     *     before they have
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
     * Adds a row that sees as far as one of another step, for a pass over some of that step's rows; a vector is not
     * taken along.
     */
    public void addLike(int sequence, Step other, int row) {
        add(sequence, other.tokens[row], other.positions[row], false);
        lastSeen[rows - 1] = other.lastSeen[row];
    }

    /**
     * Makes a span of rows that have just been added: they see each other in both directions.
     *
     * @param first the first of its rows
     * @param count how many rows it has, all of one sequence at positions one after another
     * @throws IllegalArgumentException if it is empty, has rows that are not there, or that belong to another sequence
     *     or another span, or if its positions do not follow one another
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
     * Has the state after the row that was added last written to that slot of the cache; it may be the one that its
     * sequence began with.
     */
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

    /** Token ids, one a row; those of soft rows may be beyond the vocabulary. */
    public int[] tokens() {
        return tokens;
    }

    /** Absolute positions, one a row. */
    public int[] positions() {
        return positions;
    }

    /**
     * The last position that each row sees, where no reach of a layer ends before: its own, or that of its span's last
     * row.
     */
    public int[] lastSeen() {
        return lastSeen;
    }

    /** How many soft rows there are. */
    public int softCount() {
        return softCount;
    }

    /** Which rows are soft, ascending; the first {@link #softCount} entries count. */
    public int[] softRows() {
        return softRows;
    }

    /** The tensor of which a soft row, counted among the soft ones, is one row. */
    public Tensor softVectors(int soft) {
        var vectors = softVectors[soft];
        if (vectors == null) {
            throw new IndexOutOfBoundsException("soft row " + soft + " of " + softCount);
        }
        return vectors;
    }

    /** Which row of its tensor each soft row is; the first {@link #softCount} entries count. */
    public int[] softIndices() {
        return softIndices;
    }

    /** Which of this step's sequences each row belongs to. */
    public int[] sequences() {
        return sequences;
    }

    /** Asks for the hidden states of all rows, after the final norm. */
    public void keepHidden() {
        keepsHidden = true;
    }

    /** Whether the hidden states of all rows are asked for. */
    public boolean keepsHidden() {
        return keepsHidden;
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

    /**
     * Where the state after a row has to be written, or {@link #NO_STATE}. The last row that has such a place is the
     * last that counts.
     */
    public int stateAfter(int row) {
        return statesAfter[row];
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
