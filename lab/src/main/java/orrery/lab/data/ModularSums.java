package orrery.lab.data;

import orrery.lab.train.TrainException;

/**
 * Sums at a distance: after each digit of a random sequence, the sum of it and of the one {@code distance} tokens
 * before it is to be predicted, modulo {@code modulus}. Either digit alone says nothing about the answer.
 *
 * @param length tokens per sequence
 * @param distance 1 or more, and less than {@code length}
 * @param modulus how many different digits there are
 */
public record ModularSums(int length, int distance, int modulus) implements Task {
    public ModularSums {
        if (distance < 1 || distance >= length || modulus < 2) {
            throw new TrainException("sums over " + distance + " of " + length + " tokens modulo " + modulus
                    + ", expected a distance of 1 to less than the length, and a modulus of 2 or more");
        }
    }

    @Override
    public String name() {
        return "sums";
    }

    @Override
    public int vocabulary() {
        return modulus;
    }

    @Override
    public Batch training(long seed, int step, int sequences) {
        return RandomSequences.batch(this, seed, step, sequences, distance, this::sum);
    }

    @Override
    public Batch validation(int sequences) {
        return RandomSequences.validation(this, sequences, distance, this::sum);
    }

    private int sum(int own, int before) {
        return (own + before) % modulus;
    }
}
