package orrery.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.kernel.PageTable;
import orrery.kernel.Step;

/** The tokens of one request, and where their keys and values are stored. Owned by the scheduler. */
final class Sequence implements TokenHistory {
    /** No draft token. */
    static final int NONE = -1;

    private final int promptLength;
    private final int limit;
    private final Recipient recipient;
    private int[] tokens;
    private int length;

    /** How many of the tokens, from the first on, are in the cache. */
    int computed;

    /** Its key rotation: {@link orrery.spec.ArchitectureSpec#turnsAs} of its length when it was admitted. */
    int turnsAs = 1;

    /** How many of them came from the prefix cache. */
    int reused;

    /** The page tables, one per pool, and how many runs of each were freed because no row can see them. */
    final PageTable[] pages;

    final int[] forgotten;

    /** The prefix cache's blocks of its first runs; the pages after them are its own. */
    final List<PrefixBlock> blocks = new ArrayList<>();

    /**
     * Its state, if the model has recurrent layers; the slot for the state after a draft token, or after an accepted
     * one; and the states within its rows that are kept.
     */
    int state = Step.NO_STATE;

    int spare = Step.NO_STATE;
    boolean spareBehind;
    final PageTable snapshots = new PageTable();

    /** The running sequence that computes their common prefix first, and how many tokens that is. */
    @Nullable
    Sequence leader;

    int awaited;

    /** When it was created, how long it may wait for its first step, and how long it may take; nanoseconds. */
    private final long made = System.nanoTime();

    long mayWait = Long.MAX_VALUE;
    long mayTake = Long.MAX_VALUE;

    /** Whether it has had rows in a step. */
    boolean begun;

    /** Whether it has pages, and whether it has rows in the step under construction. */
    boolean running;

    boolean stepping;

    /** The rows of its prompt that the step under construction has room for. */
    int granted;

    /** How often another sequence was admitted before it although it arrived first. */
    int overtaken;

    /** The rows of the step under construction, without the draft token; the first of them, and its position. */
    int planned;

    int firstRow;
    int from;

    /** The row of logits of its last token in the computed step. */
    int logitsRow;

    /** Which rows of a prompt the recipient reads. If it reads all, all are computed, cached or not. */
    enum RowUse {
        /** The logits of the last row, to continue from. */
        LAST,
        /** The logits of all rows. */
        ALL_LOGITS,
        /** The hidden states of all rows, and no logits: nothing is generated. */
        ALL_STATES
    }

    /** The draft token; {@link #NONE} if there is none. */
    int guess = NONE;

    /** Whether the step under construction has a row for the draft token. */
    boolean guessPlanned;

    /** Which of its prompt's rows the recipient reads. */
    RowUse use = RowUse.LAST;

    /** The rows of the step under construction that want logits, and the first of them in the computed step. */
    int wanted;

    int firstWanted;

    /** Counts the experts of its rows. */
    ExpertCounts experts = ExpertCounts.NONE;

    /** Whether it will get no more tokens. */
    boolean ended;

    /** Receives the logits of a sequence's last token. */
    interface Recipient {
        /**
         * Called by {@link Scheduler#accept} before any sequence of the step gets another token; only chooses the next
         * token. Other sequences choose theirs at the same time.
         *
         * @param worker the worker thread's number
         */
        default void choose(Sequence sequence, int row, int worker) {}

        /** Called by {@link Scheduler#accept}; appends one token or more, or finishes the sequence. */
        void accept(Sequence sequence, int row);

        /** Whether a draft token may be the next token; one that may not is dropped. */
        default boolean mayFollow(int token) {
            return true;
        }

        /**
         * Called by {@link Scheduler#accept} before anything else, for a sequence that uses all its rows: the step's
         * rows start at {@link Sequence#firstRow} and at position {@link Sequence#from}.
         */
        default void computed(Sequence sequence) {}

        /** Called by {@link Scheduler#accept}: more of its prompt has been computed, perhaps all. */
        default void progressed(Sequence sequence) {}

        /** Rows of the sequence are in a step for the first time, or again after it was preempted. */
        default void begin(Sequence sequence) {}

        /** It has reached its time limit and was ended; no other call follows. */
        default void late() {}

        /** The sequence failed; no other call follows. */
        void fail(EngineException why);
    }

    /** @param limit the most tokens, including the prompt's */
    Sequence(int[] prompt, int limit, int pools, Recipient recipient) {
        this.limit = limit;
        promptLength = prompt.length;
        length = prompt.length;
        tokens = Arrays.copyOf(prompt, prompt.length + 64);
        this.recipient = recipient;
        pages = new PageTable[pools];
        forgotten = new int[pools];
        for (int pool = 0; pool < pools; pool++) {
            pages[pool] = new PageTable();
        }
    }

    Recipient recipient() {
        return recipient;
    }

    @Override
    public int promptLength() {
        return promptLength;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int token(int index) {
        if (index >= length) {
            throw new IndexOutOfBoundsException("token " + index + " of " + length);
        }
        return tokens[index];
    }

    void append(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, length + length / 2);
        }
        tokens[length++] = token;
    }

    /** Tokens that are not in the cache yet: one while it generates, more during prefill and behind required ones. */
    int pending() {
        return length - computed;
    }

    void limit(TimeLimits limits) {
        mayWait = TimeLimits.nanos(limits.waiting());
        mayTake = TimeLimits.nanos(limits.whole());
    }

    /** Whether it has reached one of its time limits; {@code now} is a value of {@link System#nanoTime}. */
    boolean isLate(long now) {
        long since = now - made;
        return since >= mayTake || (!begun && since >= mayWait);
    }

    /** Whether a draft token could save a step: the token after the draft token must still be wanted. */
    boolean hasUseForAGuess() {
        return !ended && length + 2 <= limit;
    }

    /** How many of the given ids match its own from position {@code from} on. */
    int common(int from, int[] ids) {
        int most = Math.min(ids.length, length - from);
        int common = Arrays.mismatch(tokens, from, from + most, ids, 0, most);
        return common < 0 ? most : common;
    }

    /**
     * How many positions of another sequence, computed or not, hold the same as this one's would; the last token always
     * has to be computed.
     *
     * @param from tokens that the two are known to have in common
     * @param lookahead how many tokens after a position its cache entry depends on
     */
    int usableOf(Sequence other, int from, int lookahead) {
        int most = Math.min(length, other.length);
        int common = Arrays.mismatch(tokens, from, most, other.tokens, from, most);
        return Math.min((common < 0 ? most : from + common) - lookahead, length - 1);
    }

    /** A copy of some of its ids. */
    int[] tokens(int from, int to) {
        return Arrays.copyOfRange(tokens, from, to);
    }

    PrefixBlock lastBlock(PrefixCache prefixes) {
        return blocks.isEmpty() ? prefixes.root(turnsAs) : blocks.getLast();
    }
}
