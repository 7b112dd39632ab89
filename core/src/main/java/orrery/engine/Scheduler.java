package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import orrery.kernel.Crew;
import orrery.kernel.KvCache;
import orrery.kernel.Step;

/**
 * From waiting and running sequences, chooses the next {@link Step}: one row for each sequence that generates, and as
 * many for prompts as {@link Pace} allows, shared as {@link PromptRoom} says. No threads, no clock.
 *
 * <p>Nothing is reserved for answers: when a sequence needs a page and there is none, the youngest gives its pages
 * back, and waits, as the first, to go on from what is left of them. Since the cache has room for at least one sequence
 * of full length, the oldest always gets on. {@link Admission} says who is next.
 */
final class Scheduler {
    private final BlockManager blocks;
    private final Step step;
    private final PromptRoom room = new PromptRoom();
    private final Pace pace;
    private int promptRows;
    private final Admission admission;
    private final EngineCounts counts = new EngineCounts();
    private final IntUnaryOperator turnsAs;

    /** Oldest first. */
    private final List<Sequence> running;

    /** Those of the step that is being computed, and of them the ones that get logits, in the order of their rows. */
    private final List<Sequence> stepping;

    private final List<Sequence> ready;
    private final Crew crew;
    private final int rowsOfAnAnswer;
    private final int maxLogits;

    /** One object for all steps. */
    private final Crew.Task choosing = this::choose;

    /**
     * Over an empty cache, whose pools must hold a sequence of full length.
     *
     * @param context tokens of a sequence at most
     */
    Scheduler(KvCache cache, int prefillRows, int maxSequences, int context) {
        this(cache, prefillRows, maxSequences, context, Speculation.NONE, _ -> 1);
    }

    /** The same, where sequences may bring a guess, and steps may take as long as they do. */
    Scheduler(
            KvCache cache,
            int prefillRows,
            int maxSequences,
            int context,
            Speculation speculation,
            IntUnaryOperator turnsAs) {
        this(
                cache,
                prefillRows,
                maxSequences,
                context,
                speculation,
                turnsAs,
                new Pace(prefillRows, Pace.UNBOUNDED),
                Crew.CALLER);
    }

    /**
     * The same, where sequences may bring a guess: {@link Sequence#guess}.
     *
     * @param turnsAs how the keys of a sequence are turned by its length: {@link orrery.spec.ArchitectureSpec#turnsAs}
     * @param pace how many prompt rows a step may have
     * @param crew the threads that choose tokens
     */
    Scheduler(
            KvCache cache,
            int prefillRows,
            int maxSequences,
            int context,
            Speculation speculation,
            IntUnaryOperator turnsAs,
            Pace pace,
            Crew crew) {
        // A token and a guess; what a draft remembers at a position depends on the next token.
        rowsOfAnAnswer = rowsOfAnAnswer(speculation);
        maxLogits = rowsOfAnAnswer * maxSequences;
        int rows = rowsOfAnAnswer;
        blocks = new BlockManager(cache, Math.max(prefillRows, rows), rows - 1);
        for (int pool = 0; pool < blocks.pools(); pool++) {
            if (blocks.peak(pool, context) > blocks.available(pool)) {
                throw new IllegalArgumentException("pool " + pool + " has " + blocks.available(pool)
                        + " pages, expected at least " + blocks.peak(pool, context) + " for " + context + " tokens");
            }
        }
        step = new Step(prefillRows + rows * maxSequences);
        this.pace = pace;
        this.crew = crew;
        admission = new Admission(blocks, maxSequences, context, turnsAs);
        this.turnsAs = turnsAs;
        running = new ArrayList<>(maxSequences);
        stepping = new ArrayList<>(maxSequences);
        ready = new ArrayList<>(maxSequences);
    }

    /** Rows, all of which want logits, that a sequence which generates brings to a step at most. */
    static int rowsOfAnAnswer(Speculation speculation) {
        return switch (speculation) {
            case NONE -> 1;
            case MTP -> 2;
        };
    }

    /** Whether there is nothing to do. */
    boolean idle() {
        return waiting().isEmpty() && running.isEmpty();
    }

    /** Sequences that have pages. */
    List<Sequence> running() {
        return running;
    }

    List<Sequence> waiting() {
        return admission.waiting();
    }

    /** What was done. */
    EngineCounts counts() {
        return counts;
    }

    /** Who has which pages. */
    BlockManager blocks() {
        return blocks;
    }

    /** The step that {@link #next} made. */
    Step step() {
        return step;
    }

    /** The sequences that have rows in it. */
    List<Sequence> stepping() {
        return stepping;
    }

    /** Lets a sequence wait for its turn: 1 to {@code context - 1} tokens. */
    void submit(Sequence sequence) {
        waiting().addLast(sequence);
    }

    /** Ends a sequence. What it computed stays known for those that go on with it, until the pages are needed. */
    void finish(Sequence sequence) {
        if (sequence.ended) {
            // Cancelled just when it came to its end.
            return;
        }
        end(sequence);
        // Rows of a draft may still have to be computed: settle then takes the pages.
        if (!sequence.stepping) {
            blocks.retire(sequence);
        }
    }

    /** Ends a sequence whose last keys and values may be wrong. */
    void discard(Sequence sequence) {
        end(sequence);
        sequence.stepping = false;
        blocks.release(sequence);
    }

    private void end(Sequence sequence) {
        sequence.ended = true;
        sequence.leader = null;
        if (sequence.running) {
            sequence.running = false;
            running.remove(sequence);
        } else {
            waiting().remove(sequence);
        }
    }

    /** Fills the step; false if there is nothing to do. */
    boolean next() {
        computeAgain();
        admission.admit(running);
        step.clear();
        stepping.clear();
        ready.clear();
        room.share(running, pace.rows(generating()));
        promptRows = 0;
        // Each sequence has room for the logits of a token, and perhaps a guess: what those have that do not run is
        // free.
        int spareLogits = maxLogits - running.size() * rowsOfAnAnswer;
        // The list shrinks at its end when the youngest has to make room.
        for (int i = 0; i < running.size(); i++) {
            var sequence = running.get(i);
            int rows = sequence.pending() == 1 ? 1 : sequence.granted;
            if (sequence.use == Sequence.RowUse.ALL_LOGITS) {
                rows = Math.min(rows, 1 + spareLogits);
                spareLogits -= Math.max(0, rows - 1);
            }
            if (rows > 0 && makeRoom(sequence, sequence.computed + rows)) {
                plan(sequence, rows, sequence.pending() == 1 && sequence.guess != Sequence.NONE);
                promptRows += sequence.pending() == 1 ? 0 : rows;
            }
        }
        return step.rows() > 0;
    }

    private boolean generating() {
        for (int i = 0; i < running.size(); i++) {
            if (running.get(i).pending() == 1) {
                return true;
            }
        }
        return false;
    }

    /** The step that {@link #next} made took so long, from there to the end of {@link #settle}. */
    void took(long nanos) {
        pace.took(promptRows, nanos);
    }

    /**
     * Lets those wait as the first whose keys are turned otherwise now that they have grown: nothing of what they
     * computed can be used.
     */
    private void computeAgain() {
        for (int i = running.size() - 1; i >= 0; i--) {
            var sequence = running.get(i);
            if (turnsAs.applyAsInt(sequence.length()) != sequence.turnsAs) {
                running.remove(i);
                letWait(sequence);
            }
        }
    }

    private void letWait(Sequence sequence) {
        blocks.retire(sequence);
        sequence.running = false;
        sequence.guess = Sequence.NONE;
        waiting().addFirst(sequence);
    }

    private void plan(Sequence sequence, int rows, boolean guessed) {
        sequence.firstRow = step.rows();
        sequence.from = sequence.computed;
        int index = step.addSequence(sequence.pages, sequence.state);
        step.expect(index, sequence.turnsAs);
        int end = sequence.computed + rows;
        int wanted = step.wantedCount();
        for (int position = sequence.computed; position < end; position++) {
            step.add(index, sequence.token(position), position, wantsLogits(sequence, position));
            blocks.states().plan(step, sequence, position, position == end - 1);
        }
        // For a guess nobody has to make room.
        sequence.guessPlanned = guessed
                && turnsAs.applyAsInt(end + 1) == sequence.turnsAs
                && blocks.reserve(sequence, end + 1)
                && blocks.states().reserveGuess(sequence);
        if (sequence.guessPlanned) {
            step.add(index, sequence.guess, end, true);
            blocks.states().planGuess(step, sequence);
        }
        if (sequence.use == Sequence.RowUse.ALL_STATES) {
            step.keepHidden();
        }
        sequence.wanted = step.wantedCount() - wanted;
        sequence.planned = rows;
        sequence.stepping = true;
        sequence.begun = true;
        stepping.add(sequence);
        sequence.recipient().begin(sequence);
    }

    private static boolean wantsLogits(Sequence sequence, int position) {
        return switch (sequence.use) {
            case LAST -> position == sequence.length() - 1;
            case ALL_LOGITS -> true;
            case ALL_STATES -> false;
        };
    }

    /** Gets pages for positions below {@code end}; false if the sequence itself had to go. */
    private boolean makeRoom(Sequence sequence, int end) {
        while (!blocks.reserve(sequence, end)) {
            var youngest = running.removeLast();
            counts.preemptions.incrementAndGet();
            letWait(youngest);
            if (youngest == sequence) {
                return false;
            }
        }
        return true;
    }

    /**
     * The step was computed: remembers that, and gives every sequence whose last token had a row its row of logits; and
     * the row of its guess, too, if the first gave just that token.
     */
    void accept() {
        int row = 0;
        counts.step();
        for (int i = 0; i < stepping.size(); i++) {
            var sequence = stepping.get(i);
            counts.rows(sequence);
            sequence.computed += sequence.planned;
            sequence.firstWanted = row;
            row += sequence.wanted;
            if (sequence.length() == sequence.promptLength()) {
                sequence.recipient().progressed(sequence);
            }
            if (sequence.use != Sequence.RowUse.LAST) {
                sequence.recipient().computed(sequence);
            }
            if (sequence.pending() == 0 && !sequence.ended) {
                sequence.logitsRow = row - (sequence.guessPlanned ? 2 : 1);
                ready.add(sequence);
            }
        }
        crew.run(choosing, ready.size());
        for (int i = 0; i < ready.size(); i++) {
            var sequence = ready.get(i);
            sequence.recipient().accept(sequence, sequence.logitsRow);
            if (sequence.guessPlanned) {
                acceptGuess(sequence, sequence.logitsRow + 1);
            }
            sequence.guess = Sequence.NONE;
        }
    }

    private void choose(int index, int worker) {
        var sequence = ready.get(index);
        sequence.recipient().choose(sequence, sequence.logitsRow, worker);
    }

    private void acceptGuess(Sequence sequence, int row) {
        int guess = sequence.guess;
        sequence.guess = Sequence.NONE;
        sequence.guessPlanned = false;
        if (!sequence.ended && sequence.token(sequence.length() - 1) == guess) {
            sequence.computed++;
            blocks.states().acceptGuess(sequence);
            sequence.recipient().accept(sequence, row);
        }
    }

    /**
     * Makes known what was computed, and gives back what no later row can see. The rows of a draft come before that:
     * they belong to what is known, and may see more.
     */
    void settle() {
        for (int i = 0; i < stepping.size(); i++) {
            var sequence = stepping.get(i);
            sequence.stepping = false;
            blocks.publish(sequence);
            if (sequence.ended) {
                blocks.retire(sequence);
            } else {
                blocks.forget(sequence);
            }
        }
    }
}
