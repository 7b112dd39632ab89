package orrery.lab.tape;

import java.util.Optional;
import orrery.tensor.Tensor;

/** {@code log(sum(exp(logits))) - logits[target]} of rows, in nats. */
final class CrossEntropy {
    private final RowLoops loops;

    CrossEntropy(RowLoops loops) {
        this.loops = loops;
    }

    /** The loss of each row; NaN where the target is negative. */
    float[] losses(Tensor logits, int[] targets, int rows) {
        return losses(logits, targets, rows, Optional.empty(), 0);
    }

    /** The same, with its gradient times {@code factor} written to a tensor like {@code logits}. */
    float[] losses(Tensor logits, int[] targets, int rows, Tensor gradient, float factor) {
        return losses(logits, targets, rows, Optional.of(gradient), factor);
    }

    private float[] losses(Tensor logits, int[] targets, int rows, Optional<Tensor> gradient, float factor) {
        int classes = (int) logits.columns();
        var losses = new float[rows];
        for (int r = 0; r < rows; r++) {
            if (targets[r] >= classes) {
                throw new TapeException(
                        "the target of row " + r + " is " + targets[r] + ", expected less than " + classes);
            }
        }
        loops.rows(rows, (r, room) -> {
            var row = room.row(0, logits, r);
            boolean counts = targets[r] >= 0;
            double most = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < classes; i++) {
                most = Math.max(most, row[i]);
            }
            double own = counts ? row[targets[r]] : Double.NaN;
            double sum = 0;
            for (int i = 0; i < classes; i++) {
                double share = Math.exp(row[i] - most);
                sum += share;
                row[i] = (float) share;
            }
            losses[r] = (float) (most + Math.log(sum) - own);
            if (gradient.isPresent()) {
                double scale = counts ? factor / sum : 0;
                for (int i = 0; i < classes; i++) {
                    row[i] = (float) (row[i] * scale);
                }
                if (counts) {
                    row[targets[r]] -= factor;
                }
                RowLoops.write(gradient.get(), r, row);
            }
        });
        return losses;
    }

    /** The sum of the losses of rows that have a target, in their order. */
    static double sum(float[] losses, int[] targets) {
        double sum = 0;
        for (int r = 0; r < losses.length; r++) {
            sum += targets[r] >= 0 ? losses[r] : 0;
        }
        return sum;
    }
}
