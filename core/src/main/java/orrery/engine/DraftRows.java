package orrery.engine;

import java.util.ArrayList;
import java.util.List;
import orrery.kernel.Step;

/**
 * Builds the draft layer's rows from the sequences of an accepted step. The draft's row at a position holds the token
 * that follows it, so its last row is known only once the step has produced a token; after every step, the draft's
 * cache reaches as far as the model's own. Rows of a rejected draft token are left out; the next step overwrites what
 * they wrote.
 */
final class DraftRows {
    private final Step step;
    private final int[] sources;
    private final List<Sequence> sequences;
    private final List<Sequence> guessing;

    /** @param rows the most rows of a step */
    DraftRows(int rows, int maxSequences) {
        step = new Step(rows);
        sources = new int[rows];
        sequences = new ArrayList<>(maxSequences);
        guessing = new ArrayList<>(maxSequences);
    }

    /** Fills the step; returns false if there is nothing to do. */
    boolean next(List<Sequence> stepping) {
        step.clear();
        sequences.clear();
        guessing.clear();
        for (int i = 0; i < stepping.size(); i++) {
            var sequence = stepping.get(i);
            // A discarded sequence has computed nothing; one that has ended stays cached for others to continue from,
            // with its draft rows.
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

    /** The step that {@link #next} filled. */
    Step step() {
        return step;
    }

    /** The sequences that have rows in it. */
    List<Sequence> sequences() {
        return sequences;
    }

    /** For each of its rows, the row of the model's step with the hidden state of its position. */
    int[] sources() {
        return sources;
    }

    /** How many sequences want a draft token, in the order of the rows that want logits. */
    int guesses() {
        return guessing.size();
    }

    /** Stores a draft token, unless a constraint forbids it. */
    void guess(int index, int token) {
        var sequence = guessing.get(index);
        sequence.guess = sequence.recipient().mayFollow(token) ? token : Sequence.NONE;
    }
}
