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

    /** Of the choices that a routing holds now. */
    RoutingDerivative(Router router, Routing routing) {
        this.router = router;
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
