package orrery.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.kernel.PageTable;
import orrery.kernel.Step;

/** The tokens of one request, and where their keys and values lie. Owned by the scheduler. */
final class Sequence implements TokenHistory {
    /** No guess. */
    static final int NONE = -1;

    private final int promptLength;
    private final int limit;
    private final Recipient recipient;
    private int[] tokens;
    private int length;

    /** How many of the tokens, from the first on, the cache knows. */
    int computed;

    /** How its keys are turned: {@link orrery.spec.ArchitectureSpec#turnsAs} of its length when it was admitted. */
    int turnsAs = 1;

    /** How many of them came from an earlier sequence. */
    int reused;

    /** The tables, one for each pool, and how many runs of each were given back because no row can see them. */
    final PageTable[] pages;

    final int[] forgotten;

    /** What its first runs are in the prefix cache; the pages behind them are its own. */
    final List<PrefixBlock> blocks = new ArrayList<>();

    /**
     * Its state, where the model has recurrent layers; the place for the state after a guess, or behind an accepted
     * one; and the states within its rows that are kept.
     */
    int state = Step.NO_STATE;

    int spare = Step.NO_STATE;
    boolean spareBehind;
    final PageTable snapshots = new PageTable();

    /** The running sequence that it lets compute their common beginning first, and how many tokens that is. */
    @Nullable
    Sequence leader;

    int awaited;

    /** When it was made, how long it may then wait for its first step, and how long it may take; nanoseconds. */
    private final long made = System.nanoTime();

    long mayWait = Long.MAX_VALUE;
    long mayTake = Long.MAX_VALUE;

    /** Whether it has had rows in a step. */
    boolean begun;

    /** Whether it has pages, and whether it has rows in the step under construction. */
    boolean running;

    boolean stepping;

    /** Rows of its prompt that the step under construction has room for. */
    int granted;

    /** How often another was admitted before it though it had come first. */
    int overtaken;

    /** Rows of the step under construction, a guess left out; the first of them, and its position. */
    int planned;

    int firstRow;
    int from;

    /** The row of logits of its last token, in the step that was computed. */
    int logitsRow;

    /** What a recipient reads of the rows of a prompt. Where that is all of them, all are computed, known or not. */
    enum RowUse {
        /** The logits of the last one, to go on from. */
        LAST,
        /** The logits of all. */
        ALL_LOGITS,
        /** The hidden states of all, and no logits: nothing is generated. */
        ALL_STATES
    }

    /** What the next token may be; {@link #NONE} if there is no draft token. */
    int guess = NONE;

    /** Whether the step under construction has a row for it. */
    boolean guessPlanned;

    /** What of its prompt's rows its recipient reads, beside the logits of the last. */
    RowUse use = RowUse.LAST;

    /** Rows of the step under construction that want logits, and the first of them in the step that was computed. */
    int wanted;

    int firstWanted;

    /** Counts the experts of its rows. */
    ExpertCounts experts = ExpertCounts.NONE;

    /** Whether no more tokens will come. */
    boolean ended;

    /** Gets the logits that the last token of a sequence asked for. */
    interface Recipient {
        /**
         * Called by {@link Scheduler#accept} before any sequence of the step gets another token: chooses the next one,
         * and no more. Other sequences choose theirs meanwhile.
         *
         * @param worker the thread's number in the crew
         */
        default void choose(Sequence sequence, int row, int worker) {}

        /** Called by {@link Scheduler#accept}; appends a token, or finishes the sequence. */
        void accept(Sequence sequence, int row);

        /**
         * Called by {@link Scheduler#accept}, before anything else, for a sequence that uses all of its rows: those of
         * the step, which begin at {@link Sequence#firstRow} and at position {@link Sequence#from}.
         */
        default void computed(Sequence sequence) {}

        /** Called by {@link Scheduler#accept}: more of its prompt has been computed, perhaps all. */
        default void progressed(Sequence sequence) {}

        /** Rows of the sequence are in a step for the first time, or again after it had to make room for others. */
        default void begin(Sequence sequence) {}

        /** It has come to its limit of time, and was ended: there will be no more. */
        default void late() {}

        /** There will be no more. */
        void fail(EngineException why);
    }

    /**
     * @param limit tokens at most, the prompt's among them
     */
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

    /** Tokens that the cache does not know yet: one while it generates, more while it reads its prompt. */
    int pending() {
        return length - computed;
    }

    void limit(TimeLimits limits) {
        mayWait = TimeLimits.nanos(limits.waiting());
        mayTake = TimeLimits.nanos(limits.whole());
    }

    /** Whether it has come to a limit of its time, at a moment as {@link System#nanoTime} tells it. */
    boolean isLate(long now) {
        long since = now - made;
        return since >= mayTake || (!begun && since >= mayWait);
    }

    /** Whether a guess could save a step: the token after the guessed one must still be wanted. */
    boolean hasUseForAGuess() {
        return !ended && length + 2 <= limit;
    }

    /** How many of the given ids it has in a row from position {@code from} on. */
    int common(int from, int[] ids) {
        int most = Math.min(ids.length, length - from);
        int common = Arrays.mismatch(tokens, from, from + most, ids, 0, most);
        return common < 0 ? most : common;
    }

    /**
     * How many positions of another sequence, computed or not, hold what they would hold for this one, whose last token
     * has to be computed in any case.
     *
     * @param from tokens that the two are known to have in common
     * @param lookahead how many tokens beyond a position decide what is remembered there
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
