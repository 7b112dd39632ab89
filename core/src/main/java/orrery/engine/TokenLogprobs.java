package orrery.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Log probabilities at one position, from the model's own distribution: before biases, penalties, temperature and
 * filters. Where a constraint allows only some tokens, it is the distribution over these, as in vLLM.
 *
 * @param logprob natural logarithm of the chosen token's probability
 * @param best the most probable tokens, allowed ones only, in descending order; if equal, the lowest id first
 */
public record TokenLogprobs(double logprob, List<Alternative> best) {

    /** The most alternatives that a request may ask for. */
    public static final int MOST = 20;

    /** A token and the natural logarithm of its probability. */
    public record Alternative(int id, double logprob) {}

    public TokenLogprobs {
        best = List.copyOf(best);
    }

    /**
     * Computes them from a row of logits.
     *
     * @param logits finite, one per token id; not changed
     * @param count how many of the most probable tokens to report
     */
    static TokenLogprobs of(float[] logits, int chosen, int count) {
        int most = Logits.largest(logits);
        double sum = 0;
        for (float logit : logits) {
            sum += FastExp.of((double) logit - logits[most]);
        }
        double norm = logits[most] + Math.log(sum);
        var best = new ArrayList<Alternative>(count);
        for (int id : largest(logits, Math.min(count, logits.length))) {
            if (!Logits.isForbidden(logits[id])) {
                best.add(new Alternative(id, logits[id] - norm));
            }
        }
        return new TokenLogprobs(logits[chosen] - norm, best);
    }

    /** The ids of the largest, by insertion: there are few, and most logits are below all of them. */
    private static int[] largest(float[] logits, int count) {
        var ids = new int[count];
        int kept = 0;
        for (int id = 0; id < logits.length && count > 0; id++) {
            if (kept == count && logits[id] <= logits[ids[count - 1]]) {
                continue;
            }
            int at = kept < count ? kept++ : count - 1;
            while (at > 0 && logits[id] > logits[ids[at - 1]]) {
                ids[at] = ids[at - 1];
                at--;
            }
            ids[at] = id;
        }
        return ids;
    }
}
