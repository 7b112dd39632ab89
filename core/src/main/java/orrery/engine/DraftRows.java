package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import orrery.kernel.Step;

/**
 * From the sequences of a step that was accepted, makes the draft's rows. The draft's row at a position holds the token
 * that followed it, so its last row becomes known only with the token that the step gave; then its past reaches as far
 * as the model's own, after every step. Rows of a guess that was wrong are left out, and the next step writes over what
 * they left.
 */
final class DraftRows {
    private final Step step;
    private final int[] sources;
    private final List<Sequence> sequences;
    private final List<Sequence> guessing;

    /**
     * @param rows of a step at most
     */
    DraftRows(int rows, int maxSequences) {
        step = new Step(rows);
        sources = new int[rows];
        sequences = new ArrayList<>(maxSequences);
        guessing = new ArrayList<>(maxSequences);
    }

    /** Fills the step; false if there is nothing to do. */
    boolean next(List<Sequence> stepping) {
        step.clear();
        sequences.clear();
        guessing.clear();
        for (int i = 0; i < stepping.size(); i++) {
            var sequence = stepping.get(i);
            // One that was discarded has computed nothing; one that has ended is kept for another to go on with, its
            // draft too.
            if (sequence.computed > sequence.from) {
                add(sequence);
            }
        }
        return step.rows() > 0;
    }

    private void add(Sequence sequence) {
        int index = step.addSequence(sequence.pages);
        step.expect(index, sequence.turnsAs);
        sequences.add(sequence);
        boolean last = sequence.pending() == 1;
        for (int position = sequence.from; position < sequence.computed; position++) {
            boolean guess = last && position == sequence.computed - 1 && sequence.hasUseForAGuess();
            if (guess) {
                guessing.add(sequence);
            }
            sources[step.rows()] = sequence.firstRow + position - sequence.from;
            step.add(index, sequence.token(position + 1), position, guess);
        }
    }

    /** The step that {@link #next} made. */
    Step step() {
        return step;
    }

    /** The sequences that have rows in it. */
    List<Sequence> sequences() {
        return sequences;
    }

    /** For each of its rows, the row of the model's step that has the hidden state of its position. */
    int[] sources() {
        return sources;
    }

    /** How many sequences want a guess, in the order of the wanted rows. */
    int guesses() {
        return guessing.size();
    }

    /** Takes a guess. */
    void guess(int index, int token) {
        guessing.get(index).guess = token;
    }
}
