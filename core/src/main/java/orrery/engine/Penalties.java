package orrery.engine;

import java.util.Arrays;

/**
 * Applies biases and penalties for earlier tokens to a row of logits. Counts each token of the history once, when it is
 * new.
 */
final class Penalties {
    private final Sampling sampling;
    private final int[] biased;
    private final double[] biases;
    /** The ids that have occurred, in order of their first occurrence, and how often each occurs in the answer. */
    private int[] distinct = new int[64];

    private int[] times = new int[64];
    private int distinctCount;

    /**
     * A hash table: an id's index in {@code distinct} plus 1, or 0 for none. Its size is a power of two, and it is at
     * least half empty.
     */
    private int[] places = new int[128];

    private int counted;

    Penalties(Sampling sampling) {
        this.sampling = sampling;
        biased = sampling.logitBias().keySet().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        biases = sampling.logitBias().values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
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
            if (times[i] > 0) {
                logit -= sampling.frequencyPenalty() * times[i] + sampling.presencePenalty();
            }
            logits[id] = (float) logit;
        }
    }

    private void count(TokenHistory history) {
        for (; counted < history.length(); counted++) {
            int place = placeOf(history.token(counted));
            if (counted >= history.promptLength()) {
                times[place]++;
            }
        }
    }

    /** The index of an id among the distinct ones; at the end, if it is new. */
    private int placeOf(int id) {
        int slot = slotOf(id);
        if (places[slot] == 0) {
            if (distinctCount == distinct.length) {
                grow();
                slot = slotOf(id);
            }
            distinct[distinctCount++] = id;
            places[slot] = distinctCount;
        }
        return places[slot] - 1;
    }

    private int slotOf(int id) {
        // Fibonacci hashing spreads neighbouring ids.
        int slot = (id * 0x9E3779B9) >>> (Integer.numberOfLeadingZeros(places.length) + 1);
        while (places[slot] != 0 && distinct[places[slot] - 1] != id) {
            slot = (slot + 1) & (places.length - 1);
        }
        return slot;
    }

    private void grow() {
        distinct = Arrays.copyOf(distinct, 2 * distinctCount);
        times = Arrays.copyOf(times, 2 * distinctCount);
        places = new int[2 * places.length];
        for (int i = 0; i < distinctCount; i++) {
            places[slotOf(distinct[i])] = i + 1;
        }
    }
}
