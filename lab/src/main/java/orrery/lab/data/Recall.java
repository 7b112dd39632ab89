package orrery.lab.data;

import java.util.Arrays;
import orrery.lab.train.SeededNumbers;
import orrery.lab.train.TrainException;

/**
 * Key-value recall, after the associative recall of arXiv:2312.04927, made easy enough for a model that is trained in
 * seconds: a key and its value are one token. Each key gets a value once, at a random place; wherever a question for a
 * key comes after it, the key's value is to be predicted. The answer's distance is that from the question back to the
 * pair. The other tokens are noise. Distances are spread evenly over their logarithms.
 *
 * @param length tokens per sequence
 * @param keys how many different keys there are, at most half of {@code length}
 * @param values how many different values there are; guessing finds one in so many
 */
public record Recall(int length, int keys, int values) implements Task {
    /** Different tokens that mean nothing. */
    private static final int NOISE = 8;

    private static final long VALIDATION_SEED = -1;
    private static final int FREE = -1;

    public Recall {
        if (keys < 1 || length < 2 * keys || values < 2) {
            throw new TrainException("recall of " + keys + " keys with " + values + " values in sequences of " + length
                    + " tokens, expected 1 key or more, 2 values or more, and at least two tokens for each key");
        }
    }

    @Override
    public String name() {
        return "recall";
    }

    /** Pairs first, key by key; then questions, answers and noise. */
    @Override
    public int vocabulary() {
        return keys * values + keys + values + NOISE;
    }

    private int pair(int key, int value) {
        return key * values + value;
    }

    private int question(int key) {
        return keys * values + key;
    }

    private int answer(int value) {
        return keys * values + keys + value;
    }

    private int noise(int index) {
        return keys * values + keys + values + index;
    }

    @Override
    public Batch training(long seed, int step, int sequences) {
        return batch(new SeededNumbers(seed, step), sequences);
    }

    @Override
    public Batch validation(int sequences) {
        return batch(new SeededNumbers(VALIDATION_SEED, 0), sequences);
    }

    private Batch batch(SeededNumbers random, int sequences) {
        var batch = Batch.blank(sequences, length);
        for (int i = 0; i < sequences; i++) {
            fill(random, batch.tokens()[i], batch.targets()[i], batch.distances()[i]);
        }
        return batch;
    }

    private void fill(SeededNumbers random, int[] tokens, int[] targets, int[] distances) {
        Arrays.fill(tokens, FREE);
        var places = new int[keys];
        var given = new int[keys];
        for (int key = 0; key < keys; key++) {
            // The first half, so that most distances are possible; the last token is never a pair.
            do {
                places[key] = random.below(length / 2);
            } while (tokens[places[key]] != FREE);
            given[key] = random.below(values);
            tokens[places[key]] = pair(key, given[key]);
        }
        for (int i = 0; i < length / 2; i++) {
            int key = random.below(keys);
            int most = length - 1 - places[key];
            int distance = Math.clamp((int) StrictMath.exp(random.uniform() * StrictMath.log(most + 1.0)), 1, most);
            int at = places[key] + distance;
            if (tokens[at] == FREE) {
                tokens[at] = question(key);
                targets[at] = answer(given[key]);
                distances[at] = distance;
            }
        }
        for (int i = 0; i < length; i++) {
            tokens[i] = tokens[i] == FREE ? noise(random.below(NOISE)) : tokens[i];
        }
    }
}
