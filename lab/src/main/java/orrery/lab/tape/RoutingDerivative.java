package orrery.lab.tape;

import java.util.Arrays;
import orrery.kernel.Router;
import orrery.kernel.Routing;
import orrery.tensor.Tensor;

/**
 * What the weights of chosen experts mean for the gradients of a router's logits. The choice itself has no gradient,
 * and neither has the bias that only the choice looks at.
 */
final class RoutingDerivative {
    private final Router router;
    private final int[] rows;
    private final int[] experts;
    private final float[] weights;
    private final double[] gradients;
    private final double[] balance;

    /**
     * Of the choices that a routing holds now.
     *
     * @param balance what the auxiliary loss of load balancing is multiplied with, or 0. That loss is the number of
     *     experts times the sum over them of an expert's share of all choices times its mean share of a row's scores
     *     (arXiv:2101.03961, equation 4; for sigmoid scores as in arXiv:2412.19437, equation 18). The choices have no
     *     gradient.
     */
    RoutingDerivative(Router router, Routing routing, int rowCount, double balance) {
        this.router = router;
        this.balance = new double[router.spec().count()];
        for (int e = 0; e < this.balance.length; e++) {
            double load = (double) routing.rowsOf(e) / routing.count();
            this.balance[e] = balance * this.balance.length * load / rowCount;
        }
        rows = Arrays.copyOf(routing.rows(), routing.count());
        experts = Arrays.copyOf(routing.grouped(), routing.count());
        weights = Arrays.copyOf(routing.weights(), routing.count());
        gradients = new double[routing.count()];
    }

    /** The gradient of the weight at an index of {@link Routing#weights}, so far. */
    void add(int index, double more) {
        gradients[index] += more;
    }

    /**
     * Adds to the gradients of the logits. With scores {@code s} and a sum {@code S} of those chosen, a weight is
     * {@code scale * s} or {@code scale * s / S}.
     */
    void addByLogits(Tensor dLogits, Tensor logits, int rowCount) {
        var spec = router.spec().router();
        int count = router.spec().count();
        var byScore = new double[rowCount][count];
        var chosen = new boolean[rowCount][count];
        var along = new double[rowCount];
        for (int i = 0; i < rows.length; i++) {
            byScore[rows[i]][experts[i]] = gradients[i];
            chosen[rows[i]][experts[i]] = true;
            along[rows[i]] += gradients[i] * weights[i];
        }
        var score = new double[count];
        for (int r = 0; r < rowCount; r++) {
            scores(score, logits, r);
            double sum = 0;
            for (int e = 0; e < count; e++) {
                sum += chosen[r][e] ? score[e] : 0;
            }
            for (int e = 0; e < count; e++) {
                double by = byScore[r][e] * spec.scale();
                if (spec.normalised()) {
                    by = chosen[r][e] ? (by - along[r]) / sum : 0;
                }
                byScore[r][e] = by;
            }
            addBalance(byScore[r], score);
            double mean = 0;
            for (int e = 0; e < count; e++) {
                mean += byScore[r][e] * score[e];
            }
            for (int e = 0; e < count; e++) {
                double byLogit = switch (spec.scoring()) {
                    case SOFTMAX -> score[e] * (byScore[r][e] - mean);
                    case SIGMOID -> score[e] * (1 - score[e]) * byScore[r][e];
                };
                RowLoops.addElement(dLogits, r, e, (float) byLogit);
            }
        }
    }

    /** The gradient of the auxiliary loss by a row's scores. */
    private void addBalance(double[] byScore, double[] score) {
        double sum = 0;
        double mean = 0;
        for (int e = 0; e < score.length; e++) {
            sum += score[e];
            mean += balance[e] * score[e];
        }
        for (int e = 0; e < score.length; e++) {
            byScore[e] += (balance[e] - mean / sum) / sum;
        }
    }

    private void scores(double[] to, Tensor logits, int row) {
        double most = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < to.length; e++) {
            to[e] = RowLoops.element(logits, row, e);
            most = Math.max(most, to[e]);
        }
        double sum = 0;
        for (int e = 0; e < to.length; e++) {
            to[e] = switch (router.spec().router().scoring()) {
                case SOFTMAX -> Math.exp(to[e] - most);
                case SIGMOID -> 1 / (1 + Math.exp(-to[e]));
            };
            sum += to[e];
        }
        if (router.spec().router().scoring() == orrery.spec.Experts.Router.Scoring.SOFTMAX) {
            for (int e = 0; e < to.length; e++) {
                to[e] /= sum;
            }
        }
    }
}
