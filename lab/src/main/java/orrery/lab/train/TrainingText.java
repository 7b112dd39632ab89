package orrery.lab.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A text as tokens: its beginning is trained on, its end only measured.
 *
 * @param training ids, more than a context of them
 * @param validation ids, more than a context of them, or none
 * @param digest of all ids, in hexadecimal
 */
record TrainingText(int[] training, int[] validation, String digest) implements TrainingData {
    /**
     * Divides a text.
     *
     * @throws TrainException if it is empty or too short
     */
    static TrainingText of(Path file, int[] ids, TrainingPlan plan) {
        if (ids.length == 0) {
            throw new TrainException(file + " is empty, expected a text to train on");
        }
        int held = (int) (ids.length * plan.validation());
        int needed = plan.context() + 1;
        if (ids.length - held < needed) {
            throw new TrainException(file + " has " + (ids.length - held) + " tokens to train on"
                    + (held > 0 ? ", besides " + held + " for validation" : "") + ", expected at least " + needed
                    + " for a context of " + plan.context());
        }
        if (held > 0 && held < needed) {
            throw new TrainException(file + " has " + held + " tokens for validation, expected at least " + needed
                    + " for a context of " + plan.context() + "; --validation 0 trains on all of it");
        }
        int cut = ids.length - held;
        return new TrainingText(
                Arrays.copyOfRange(ids, 0, cut),
                Arrays.copyOfRange(ids, cut, ids.length),
                TrainingData.digest(List.of(ids)));
    }

    @Override
    public int trainingTokens() {
        return training.length;
    }

    @Override
    public int validationTokens() {
        return validation.length;
    }

    /** {@inheritDoc} Each begins at a random place. */
    @Override
    public Batch batch(TrainingPlan plan, int index) {
        var random = new SeededNumbers(plan.seed(), index);
        var starts = new int[plan.batch()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = random.below(training.length - plan.context());
        }
        return windows(training, starts, plan.context());
    }

    @Override
    public int validationSequences(int context) {
        return validation.length == 0 ? 0 : Math.min(MOST_VALIDATED, (validation.length - 1) / context);
    }

    @Override
    public Batch validation(int context, int first, int count) {
        int all = validationSequences(context);
        long room = validation.length - 1L - context;
        var starts = new int[count];
        for (int i = 0; i < count; i++) {
            starts[i] = all == 1 ? 0 : (int) (room * (first + i) / (all - 1));
        }
        return windows(validation, starts, context);
    }

    private static Batch windows(int[] ids, int[] starts, int context) {
        var tokens = new int[starts.length][];
        var targets = new int[starts.length][];
        for (int i = 0; i < starts.length; i++) {
            tokens[i] = Arrays.copyOfRange(ids, starts[i], starts[i] + context);
            targets[i] = Arrays.copyOfRange(ids, starts[i] + 1, starts[i] + 1 + context);
        }
        return new Batch(tokens, targets);
    }
}
