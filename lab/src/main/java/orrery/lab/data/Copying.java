package orrery.lab.data;

import orrery.lab.train.TrainException;

/**
 * Copying at a distance: after each token of a random sequence, the one that lies {@code distance} tokens before it is
 * to be predicted.
 *
 * @param length tokens per sequence
 * @param distance 1 or more, and less than {@code length}
 * @param symbols how many different tokens there are
 */
public record Copying(int length, int distance, int symbols) implements Task {
    public Copying {
        if (distance < 1 || distance >= length || symbols < 2) {
            throw new TrainException("copying over " + distance + " of " + length + " tokens with " + symbols
                    + " symbols, expected a distance of 1 to less than the length, and 2 symbols or more");
        }
    }

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public int vocabulary() {
        return symbols;
    }

    @Override
    public Batch training(long seed, int step, int sequences) {
        return RandomSequences.batch(this, seed, step, sequences, distance, (_, before) -> before);
    }

    @Override
    public Batch validation(int sequences) {
        return RandomSequences.validation(this, sequences, distance, (_, before) -> before);
    }
}
