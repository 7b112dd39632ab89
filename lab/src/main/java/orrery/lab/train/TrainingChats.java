package orrery.lab.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import orrery.lab.tape.TrainingPass;

/**
 * Conversations, each a sequence of its own, of which the answers are learned. The first are trained on, the last only
 * measured.
 *
 * @param training one or more
 * @param validation perhaps none
 * @param digest of all ids, in hexadecimal
 */
record TrainingChats(List<ChatTokens.Chat> training, List<ChatTokens.Chat> validation, String digest)
        implements TrainingData {
    TrainingChats {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /**
     * Divides conversations.
     *
     * @throws TrainException if there are too few, or one is longer than a context
     */
    static TrainingChats of(Path file, List<ChatTokens.Chat> chats, TrainingPlan plan) {
        int held = (int) (chats.size() * plan.validation());
        if (chats.isEmpty()) {
            throw new TrainException(file + " is empty, expected conversations to train on");
        }
        for (var chat : chats) {
            if (chat.ids().length - 1 > plan.context()) {
                throw new TrainException(file + ", line " + chat.line() + ": a conversation of " + chat.ids().length
                        + " tokens, expected at most " + (plan.context() + 1) + " for a context of "
                        + plan.context());
            }
        }
        int cut = chats.size() - held;
        return new TrainingChats(
                chats.subList(0, cut),
                chats.subList(cut, chats.size()),
                TrainingData.digest(chats.stream().map(ChatTokens.Chat::ids).toList()));
    }

    @Override
    public Batch batch(TrainingPlan plan, int index) {
        var random = new SeededNumbers(plan.seed(), index);
        var chosen = new ChatTokens.Chat[plan.batch()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = training.get(random.below(training.size()));
        }
        return of(chosen);
    }

    @Override
    public int validationSequences(int context) {
        return Math.min(MOST_VALIDATED, validation.size());
    }

    @Override
    public Batch validation(int context, int first, int count) {
        int all = validationSequences(context);
        var chosen = new ChatTokens.Chat[count];
        for (int i = 0; i < count; i++) {
            chosen[i] = validation.get((int) ((long) (first + i) * validation.size() / all));
        }
        return of(chosen);
    }

    private static Batch of(ChatTokens.Chat[] chats) {
        var tokens = new int[chats.length][];
        var targets = new int[chats.length][];
        for (int i = 0; i < chats.length; i++) {
            int[] ids = chats[i].ids();
            tokens[i] = Arrays.copyOf(ids, ids.length - 1);
            targets[i] = Arrays.copyOfRange(ids, 1, ids.length);
            for (int at = 0; at < targets[i].length; at++) {
                if (!chats[i].answers()[at + 1]) {
                    targets[i][at] = TrainingPass.IGNORED;
                }
            }
        }
        return new Batch(tokens, targets);
    }

    @Override
    public int trainingTokens() {
        return count(training);
    }

    @Override
    public int validationTokens() {
        return count(validation);
    }

    private static int count(List<ChatTokens.Chat> chats) {
        return chats.stream().mapToInt(chat -> chat.ids().length).sum();
    }
}
