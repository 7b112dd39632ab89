package orrery.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import orrery.kernel.KvCache;
import orrery.kernel.Step;

/**
 * From waiting and running sequences, chooses the next {@link Step}: one row for each sequence that generates, and the rest of the
 * room for prompts, the oldest first. No threads, no clock.
 *
 * <p>Sequences are admitted in the order in which they came, when there are pages for all their tokens so far. Nothing is reserved for answers;
 * when a sequence needs a page and there is none, the youngest gives its pages back, and waits, as the first, to be computed again.
 * Since the cache has room for at least one sequence of full length, the oldest always gets on.
 */
final class Scheduler {
    private final Pages pages;
    private final Finished finished;
    private final Step step;
    private final int prefillRows;
    private final int maxSequences;
    private final int context;
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    /** Oldest first. */
    private final List<Sequence> running;

    /** Those of the step that is being computed, and of them the ones that get logits, in the order of their rows. */
    private final List<Sequence> stepping;

    private final List<Sequence> ready;

    /**
     * Over an empty cache, whose pools must hold a sequence of full length.
     *
     * @param context tokens of a sequence at most
     */
    Scheduler(KvCache cache, int prefillRows, int maxSequences, int context) {
        this(cache, prefillRows, maxSequences, context, Speculation.NONE);
    }

    /**
     * The same, where sequences may bring a guess: {@link Sequence#guess}.
     */
    Scheduler(KvCache cache, int prefillRows, int maxSequences, int context, Speculation speculation) {
        // A token and a guess; what a draft remembers at a position depends on the next token.
        int rows = rowsOfAnAnswer(speculation);
        pages = new Pages(cache, Math.max(prefillRows, rows));
        for (int pool = 0; pool < pages.pools(); pool++) {
            if (pages.peak(pool, context) > pages.available(pool)) {
                throw new IllegalArgumentException("pool " + pool + " has " + pages.available(pool)
                        + " pages, expected at least " + pages.peak(pool, context) + " for " + context + " tokens");
            }
        }
        finished = new Finished(pages, maxSequences, rows - 1);
        step = new Step(prefillRows + rows * maxSequences);
        this.prefillRows = prefillRows;
        this.maxSequences = maxSequences;
        this.context = context;
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
        return waiting.isEmpty() && running.isEmpty();
    }

    /** Sequences that have pages. */
    List<Sequence> running() {
        return running;
    }

    Deque<Sequence> waiting() {
        return waiting;
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
        waiting.addLast(sequence);
    }

    /** Ends a sequence. What it computed is kept for one that goes on with it, until somebody needs the pages. */
    void finish(Sequence sequence) {
        sequence.ended = true;
        waiting.remove(sequence);
        if (running.remove(sequence) && sequence.computed > 0) {
            // A guess that was not accepted may have begun a page.
            pages.truncate(sequence, sequence.computed);
            finished.keep(sequence);
        } else {
            pages.release(sequence);
        }
    }

    /** Ends a sequence whose keys and values may be wrong. */
    void discard(Sequence sequence) {
        sequence.ended = true;
        waiting.remove(sequence);
        running.remove(sequence);
        pages.release(sequence);
    }

    /** Fills the step; false if there is nothing to do. */
    boolean next() {
        admit();
        step.clear();
        stepping.clear();
        ready.clear();
        int room = prefillRows;
        // The list shrinks at its end when the youngest has to make room.
        for (int i = 0; i < running.size(); i++) {
            var sequence = running.get(i);
            int rows = sequence.pending() == 1 ? 1 : Math.min(sequence.pending(), room);
            if (rows > 0 && makeRoom(sequence, sequence.computed + rows)) {
                plan(sequence, rows, sequence.pending() == 1 && sequence.guess != Sequence.NONE);
                room -= sequence.pending() == 1 ? 0 : rows;
            }
        }
        return step.rows() > 0;
    }

    private void plan(Sequence sequence, int rows, boolean guessed) {
        sequence.firstRow = step.rows();
        sequence.from = sequence.computed;
        int index = step.addSequence(sequence.pages);
        int end = sequence.computed + rows;
        for (int position = sequence.computed; position < end; position++) {
            step.add(index, sequence.token(position), position, position == sequence.length() - 1);
        }
        // For a guess nobody has to make room.
        sequence.guessPlanned = guessed && pages.reserve(sequence, end + 1);
        if (sequence.guessPlanned) {
            step.add(index, sequence.guess, end, true);
        }
        sequence.planned = rows;
        stepping.add(sequence);
        sequence.recipient().begin(sequence);
    }

    private void admit() {
        while (!waiting.isEmpty() && running.size() < maxSequences && fits(waiting.getFirst())) {
            var sequence = waiting.removeFirst();
            finished.continueIn(sequence);
            running.add(sequence);
        }
    }

    /** Whether there are pages for all of its tokens and the next one, after what the running ones still need for theirs. */
    private boolean fits(Sequence sequence) {
        for (int pool = 0; pool < pages.pools(); pool++) {
            int free = pages.available(pool) + finished.held(pool);
            for (var other : running) {
                free -= Math.max(0, need(other, pool) - Pages.held(other, pool));
            }
            if (need(sequence, pool) > free) {
                return false;
            }
        }
        return true;
    }

    private int need(Sequence sequence, int pool) {
        return pages.peak(pool, Math.min(sequence.length() + 1, context));
    }

    /** Gets pages for positions below {@code end}; false if the sequence itself had to go. */
    private boolean makeRoom(Sequence sequence, int end) {
        while (!pages.reserve(sequence, end)) {
            if (finished.evict()) {
                continue;
            }
            var youngest = running.removeLast();
            pages.release(youngest);
            youngest.guess = Sequence.NONE;
            waiting.addFirst(youngest);
            if (youngest == sequence) {
                return false;
            }
        }
        return true;
    }

    /**
     * The step was computed: remembers that, and gives every sequence whose last token had a row its row of logits; and the row of its guess,
     * too, if the first gave just that token.
     */
    void accept() {
        for (int i = 0; i < stepping.size(); i++) {
            var sequence = stepping.get(i);
            sequence.computed += sequence.planned;
            if (sequence.pending() == 0) {
                ready.add(sequence);
            }
        }
        int row = 0;
        for (int i = 0; i < ready.size(); i++) {
            var sequence = ready.get(i);
            sequence.recipient().accept(sequence, row++);
            if (sequence.guessPlanned) {
                acceptGuess(sequence, row++);
            }
            sequence.guess = Sequence.NONE;
        }
    }

    private static void acceptGuess(Sequence sequence, int row) {
        int guess = sequence.guess;
        sequence.guess = Sequence.NONE;
        sequence.guessPlanned = false;
        if (!sequence.ended && sequence.token(sequence.length() - 1) == guess) {
            sequence.computed++;
            sequence.recipient().accept(sequence, row);
        }
    }

    /** Gives back what no later row can see. The rows of a draft still may, so this comes last. */
    void settle() {
        for (int i = 0; i < stepping.size(); i++) {
            pages.forget(stepping.get(i));
        }
    }
}
