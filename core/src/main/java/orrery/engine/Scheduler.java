package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import orrery.kernel.Crew;
import orrery.kernel.KvCache;
import orrery.kernel.Step;

/**
 * Builds the next {@link Step} from waiting and running sequences: one row for each sequence that generates, and as
 * many prompt rows as {@link Pace} allows, shared as {@link PromptRoom} says. It uses no threads and no clock.
 *
 * <p>No pages are reserved for answers: if a sequence needs a page and none is free, the youngest is preempted: it
 * frees its pages and waits, first in the queue, to continue from whatever is still cached. Since the cache has room
 * for at least one sequence of full length, the oldest always makes progress. {@link Admission} decides which waiting
 * sequence is next.
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

    /**
     * The sequences of the step that is being computed, and those of them that get logits, in the order of their rows.
     */
    private final List<Sequence> stepping;

    private final List<Sequence> ready;
    private final Crew crew;
    private final int rowsOfAnAnswer;
    private final int maxLogits;

    /** One object for all steps. */
    private final Crew.Task choosing = this::choose;

    /**
     * For an empty cache, whose pools must hold a sequence of full length.
     *
     * @param context the most tokens of a sequence
     */
    Scheduler(KvCache cache, int prefillRows, int maxSequences, int context) {
        this(cache, prefillRows, maxSequences, context, Speculation.NONE, _ -> 1);
    }

    /** The same with speculation, and without a limit on a step's time. */
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
     * The same with speculation: {@link Sequence#guess}.
     *
     * @param turnsAs the key rotation that a sequence's length selects: {@link orrery.spec.ArchitectureSpec#turnsAs}
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
        // A token and a draft token; what the draft layer caches at a position depends on the next token.
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

    /** The most rows that a generating sequence adds to a step; all of them want logits. */
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

    /** The sequences that have pages. */
    List<Sequence> running() {
        return running;
    }

    List<Sequence> waiting() {
        return admission.waiting();
    }

    /** The counters. */
    EngineCounts counts() {
        return counts;
    }

    /** The owner of the pages. */
    BlockManager blocks() {
        return blocks;
    }

    /** The step that {@link #next} filled. */
    Step step() {
        return step;
    }

    /** The sequences that have rows in it. */
    List<Sequence> stepping() {
        return stepping;
    }

    /** Queues a sequence of 1 to {@code context - 1} tokens. */
    void submit(Sequence sequence) {
        waiting().addLast(sequence);
    }

    /** Ends a sequence. What it computed stays cached for others to continue from, until the pages are needed. */
    void finish(Sequence sequence) {
        if (sequence.ended) {
            // Cancelled just as it ended.
            return;
        }
        end(sequence);
        // The draft layer may still have to compute rows; settle then frees the pages.
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

    /** Fills the step; returns false if there is nothing to do. */
    boolean next() {
        computeAgain();
        admission.admit(running);
        step.clear();
        stepping.clear();
        ready.clear();
        room.share(running, pace.rows(generating()));
        promptRows = 0;
        // Each sequence has room for the logits of a token, and perhaps of a draft token; the room of sequences that do
        // not run is free.
        int spareLogits = maxLogits - running.size() * rowsOfAnAnswer;
        // The list shrinks at its end when the youngest is preempted.
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

    /** Records how long the step that {@link #next} filled took until the end of {@link #settle}. */
    void took(long nanos) {
        pace.took(promptRows, nanos);
    }

    /**
     * Requeues, first in the queue, the sequences that have grown to a length with another key rotation: nothing that
     * they computed can be used.
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
        // No sequence is preempted for a draft token.
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

    /** Allocates pages for positions below {@code end}; returns false if the sequence itself was preempted. */
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
     * Called after the step was computed: passes the row of logits to every sequence whose last token had a row; and
     * the row of its draft token, too, if the first row chose just that token.
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
        if (!sequence.ended && sequence.token(sequence.computed) == guess) {
            sequence.computed++;
            blocks.states().acceptGuess(sequence);
            // Otherwise the tokens behind it were required, and have no rows yet.
            if (sequence.pending() == 0) {
                sequence.recipient().accept(sequence, row);
            }
        }
    }

    /**
     * Adds what was computed to the prefix cache, and frees what no later row can see. The draft layer's rows must be
     * computed before: they are part of what is cached, and may see more.
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
