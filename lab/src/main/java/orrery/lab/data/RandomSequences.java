package orrery.lab.data;

import java.util.function.IntBinaryOperator;
import orrery.lab.train.SeededNumbers;

/** Sequences of independent tokens, and answers that depend on a token and on one before it. */
final class RandomSequences {
    private static final long VALIDATION_SEED = -1;

    private RandomSequences() {}

    /** @param answer of a token and of the one {@code distance} tokens before it */
    static Batch batch(Task task, long seed, int step, int sequences, int distance, IntBinaryOperator answer) {
        var random = new SeededNumbers(seed, step);
        var batch = Batch.blank(sequences, task.length());
        for (int s = 0; s < sequences; s++) {
            var tokens = batch.tokens()[s];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = random.below(task.vocabulary());
                if (i >= distance) {
                    batch.targets()[s][i] = answer.applyAsInt(tokens[i], tokens[i - distance]);
                    batch.distances()[s][i] = distance;
                }
            }
        }
        return batch;
    }

    static Batch validation(Task task, int sequences, int distance, IntBinaryOperator answer) {
        return batch(task, VALIDATION_SEED, 0, sequences, distance, answer);
    }
}
