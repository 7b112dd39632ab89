package orrery.lab.data;

import orrery.lab.train.SeededNumbers;
import orrery.lab.train.TrainException;

/**
 * Key-value recall (associative recall, as in arXiv:2312.04927): a sequence is pairs of a key and a value. A key occurs
 * once or twice, the second time with the same value, which is then to be predicted. The answer's distance is that from
 * the repeated key back to the value; distances are spread evenly over their logarithms.
 *
 * @param length tokens per sequence, an even number
 * @param values how many different values there are; guessing finds one in so many
 */
public record Recall(int length, int values) implements Task {
    private static final int TRIES = 4;
    private static final long VALIDATION_SEED = -1;

    public Recall {
        if (length < 4 || length % 2 != 0 || values < 2) {
            throw new TrainException("recall of sequences of " + length + " tokens and " + values
                    + " values, expected an even length of 4 or more, and 2 values or more");
        }
    }

    @Override
    public String name() {
        return "recall";
    }

    /** Keys come first, then values. */
    @Override
    public int vocabulary() {
        return keys() + values;
    }

    private int keys() {
        return length / 2;
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
        int pairs = length / 2;
        int[] keys = shuffled(random);
        var filled = new boolean[pairs];
        int used = 0;
        for (int pair = 0; pair < pairs; pair++) {
            if (filled[pair]) {
                continue;
            }
            int key = keys[used++];
            int value = keys() + random.below(values);
            write(tokens, pair, key, value);
            int again = later(random, filled, pair);
            if (again > pair) {
                filled[again] = true;
                write(tokens, again, key, value);
                targets[2 * again] = value;
                distances[2 * again] = 2 * (again - pair) - 1;
            }
        }
    }

    private static void write(int[] tokens, int pair, int key, int value) {
        tokens[2 * pair] = key;
        tokens[2 * pair + 1] = value;
    }

    /** A free place after a pair; the pair's own if a few tries find none. */
    private static int later(SeededNumbers random, boolean[] filled, int pair) {
        int left = filled.length - 1 - pair;
        for (int attempt = 0; attempt < TRIES && left > 0; attempt++) {
            int distance = (int) StrictMath.exp(random.uniform() * StrictMath.log(left + 1.0));
            int place = pair + Math.clamp(distance, 1, left);
            if (!filled[place]) {
                return place;
            }
        }
        return pair;
    }

    private int[] shuffled(SeededNumbers random) {
        var all = new int[keys()];
        for (int i = 0; i < all.length; i++) {
            int other = random.below(i + 1);
            all[i] = all[other];
            all[other] = i;
        }
        return all;
    }
}
