package orrery.engine;

import java.util.Arrays;

/** What biases and earlier tokens do to a row of logits. Counts each token of the history once, when it is new. */
final class Penalties {
    private final Sampling sampling;
    private final int[] biased;
    private final double[] biases;
    /** By token id: 0 for one that has not occurred, else 1 more than how often it occurs in the answer. */
    private final int[] occurrences;

    private int[] distinct = new int[64];
    private int distinctCount;
    private int counted;

    Penalties(Sampling sampling, int vocabSize) {
        this.sampling = sampling;
        biased = sampling.logitBias().keySet().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        biases = sampling.logitBias().values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        occurrences = new int[sampling.penalises() ? vocabSize : 0];
    }

    void apply(float[] logits, TokenHistory history) {
        for (int i = 0; i < biased.length; i++) {
            logits[biased[i]] += (float) biases[i];
        }
        if (!sampling.penalises()) {
            return;
        }
        count(history);
        for (int i = 0; i < distinctCount; i++) {
            int id = distinct[i];
            double logit = logits[id];
            logit = logit > 0 ? logit / sampling.repetitionPenalty() : logit * sampling.repetitionPenalty();
            int times = occurrences[id] - 1;
            if (times > 0) {
                logit -= sampling.frequencyPenalty() * times + sampling.presencePenalty();
            }
            logits[id] = (float) logit;
        }
    }

    private void count(TokenHistory history) {
        for (; counted < history.length(); counted++) {
            int id = history.token(counted);
            if (occurrences[id] == 0) {
                if (distinctCount == distinct.length) {
                    distinct = Arrays.copyOf(distinct, 2 * distinctCount);
                }
                distinct[distinctCount++] = id;
                occurrences[id] = 1;
            }
            if (counted >= history.promptLength()) {
                occurrences[id]++;
            }
        }
    }
}
