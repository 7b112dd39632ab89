package orrery.figures;

import orrery.report.TokenCost;
import orrery.report.WeightTable;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * Float operations to train a model on one token.
 *
 * @param context tokens of each sequence that it is trained on
 * @param forward float operations of the forward pass, on average over a sequence in which every token wants logits
 * @param active parameters that take part in one token
 */
record TrainingCost(int context, double forward, long active) {

    /** In sequences of that many tokens, or of as many as the model can attend over. */
    static TrainingCost of(ArchitectureSpec spec, int longest) {
        int context = Math.min(longest, spec.maxPositions());
        var cost = TokenCost.of(spec, WeightTable.storedAs(spec, DType.BF16), KvType.BF16);
        double attention = cost.prefillFlops(context) - cost.productFlops(context, 1);
        double forward = (cost.productFlops(context, context) + attention) / context;
        return new TrainingCost(context, forward, spec.activeParameters());
    }

    /** Forward and backward: the gradients of inputs and of weights cost a forward pass each. */
    double flops() {
        return 3 * forward;
    }

    /** The rule of thumb {@code 6 N} (arXiv:2001.08361, section 2.1), with the active parameters. */
    double rule() {
        return 6.0 * active;
    }
}
