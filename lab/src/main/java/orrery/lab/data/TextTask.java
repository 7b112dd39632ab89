package orrery.lab.data;

import java.util.Arrays;
import orrery.lab.train.SeededNumbers;
import orrery.lab.train.TrainException;

/**
 * A text whose every byte is a token; after each, the next is to be predicted. Its last tenth is not trained on.
 *
 * @param text the bytes, which must not change
 * @param length tokens per sequence
 */
public record TextTask(byte[] text, int length) implements Task {
    private static final int BYTES = 256;
    private static final int HELD_BACK = 10;

    public TextTask {
        if (text.length / HELD_BACK <= length) {
            throw new TrainException("a text of " + text.length + " bytes for sequences of " + length
                    + ", expected more than " + HELD_BACK + " times as many");
        }
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public int vocabulary() {
        return BYTES;
    }

    private int trained() {
        return text.length - text.length / HELD_BACK;
    }

    @Override
    public Batch training(long seed, int step, int sequences) {
        var random = new SeededNumbers(seed, step);
        var starts = new int[sequences];
        for (int i = 0; i < sequences; i++) {
            starts[i] = random.below(trained() - length);
        }
        return windows(starts);
    }

    /** Spread evenly over the part that is not trained on. */
    @Override
    public Batch validation(int sequences) {
        var starts = new int[sequences];
        long room = text.length - trained() - 1L - length;
        for (int i = 0; i < sequences; i++) {
            starts[i] = trained() + (int) (sequences == 1 ? 0 : room * i / (sequences - 1));
        }
        return windows(starts);
    }

    private Batch windows(int[] starts) {
        var batch = Batch.blank(starts.length, length);
        for (int s = 0; s < starts.length; s++) {
            for (int i = 0; i < length; i++) {
                batch.tokens()[s][i] = text[starts[s] + i] & 0xFF;
                batch.targets()[s][i] = text[starts[s] + i + 1] & 0xFF;
                batch.distances()[s][i] = i + 1;
            }
        }
        return batch;
    }

    /**
     * The loss, in nats per byte, of a model that knows how often each byte occurs in what is trained on and nothing
     * else, on what is not trained on.
     */
    public double lossOfFrequencies() {
        var counts = new double[BYTES];
        Arrays.fill(counts, 1);
        for (int i = 0; i < trained(); i++) {
            counts[text[i] & 0xFF]++;
        }
        double sum = 0;
        for (int i = trained(); i < text.length; i++) {
            sum -= StrictMath.log(counts[text[i] & 0xFF] / (trained() + BYTES));
        }
        return sum / (text.length - trained());
    }
}
