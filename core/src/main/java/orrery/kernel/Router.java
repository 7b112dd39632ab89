package orrery.kernel;

import java.util.Arrays;
import java.util.Optional;
import orrery.spec.Experts;
import orrery.spec.Experts.Router.GroupScore;
import orrery.spec.Experts.Router.Groups;
import orrery.tensor.Tensor;

/**
 * Turns router logits into a {@link Routing}. There are few numbers per row, so one plain implementation on the host
 * serves every backend.
 */
public final class Router {
    private final Experts spec;
    private final Optional<Tensor> bias;
    private final float[] scores;
    private final float[] ranked;
    private final float[] groupScores;
    private final int[] order;

    /**
     * A router.
     *
     * @param bias {@code [1, count]}, added to the scores only for the choice; read at each step, since training
     *     changes it
     */
    public Router(Experts spec, Optional<Tensor> bias) {
        this.spec = spec;
        this.bias = bias;
        scores = new float[spec.count()];
        ranked = new float[spec.count()];
        groupScores = new float[spec.router().groups() instanceof Groups.Best best ? best.groups() : 0];
        order = new int[spec.active()];
    }

    /** What it chooses among, and how. */
    public Experts spec() {
        return spec;
    }

    /** What is added to the scores for the choice, if anything. */
    public Optional<Tensor> bias() {
        return bias;
    }

    /** Chooses experts for every row of {@code logits [rows, experts]}. Of equal scores, the lower index wins. */
    public void route(Routing routing, Tensor logits, int rows) {
        var router = spec.router();
        for (int r = 0; r < rows; r++) {
            for (int e = 0; e < scores.length; e++) {
                scores[e] = Elements.of(logits, r, e);
            }
            switch (router.scoring()) {
                case SOFTMAX -> softmax();
                case SIGMOID -> {
                    for (int e = 0; e < scores.length; e++) {
                        scores[e] = (float) (1 / (1 + Math.exp(-scores[e])));
                    }
                }
            }
            for (int e = 0; e < scores.length; e++) {
                ranked[e] = bias.isPresent() ? scores[e] + Elements.of(bias.get(), 0, e) : scores[e];
            }
            if (router.groups() instanceof Groups.Best best) {
                dropGroups(best);
            }
            best(ranked, order);
            double sum = 0;
            for (int expert : order) {
                sum += scores[expert];
            }
            // DeepSeek V3 guards its division; for the others the guard changes nothing.
            double factor = router.scale() / (router.normalised() ? sum + 1e-20 : 1);
            for (int slot = 0; slot < order.length; slot++) {
                routing.choose(r, slot, order[slot], (float) (scores[order[slot]] * factor));
            }
        }
        routing.group(rows);
    }

    private void softmax() {
        double most = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            most = Math.max(most, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - most);
        }
        for (int e = 0; e < scores.length; e++) {
            scores[e] = (float) (Math.exp(scores[e] - most) / sum);
        }
    }

    /**
     * Keeps only the best groups; the scores of the others become minus infinity, since a biased score may be negative.
     */
    private void dropGroups(Groups.Best groups) {
        int size = ranked.length / groups.groups();
        for (int g = 0; g < groups.groups(); g++) {
            float first = Float.NEGATIVE_INFINITY;
            float second = Float.NEGATIVE_INFINITY;
            for (int e = g * size; e < (g + 1) * size; e++) {
                if (ranked[e] > first) {
                    second = first;
                    first = ranked[e];
                } else if (ranked[e] > second) {
                    second = ranked[e];
                }
            }
            groupScores[g] = groups.score() == GroupScore.MAXIMUM || size == 1 ? first : first + second;
        }
        for (int g = 0; g < groups.groups(); g++) {
            int better = 0;
            for (int other = 0; other < groups.groups(); other++) {
                if (groupScores[other] > groupScores[g] || (groupScores[other] == groupScores[g] && other < g)) {
                    better++;
                }
            }
            if (better >= groups.kept()) {
                Arrays.fill(ranked, g * size, (g + 1) * size, Float.NEGATIVE_INFINITY);
            }
        }
    }

    /** The indices of the largest values, in descending order. */
    private static void best(float[] values, int[] order) {
        for (int slot = 0; slot < order.length; slot++) {
            int found = -1;
            for (int i = 0; i < values.length; i++) {
                if ((found < 0 || values[i] > values[found]) && !contains(order, slot, i)) {
                    found = i;
                }
            }
            order[slot] = found;
        }
    }

    private static boolean contains(int[] order, int length, int value) {
        for (int i = 0; i < length; i++) {
            if (order[i] == value) {
                return true;
            }
        }
        return false;
    }
}
