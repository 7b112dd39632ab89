package orrery.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code down(act(gate(x)) * up(x))}, or {@code down(act(up(x)))} without a gate (GPT-1 and 2).
 *
 * @param intermediateSize its inner width
 * @param activation the non-linearity
 * @param gated whether a second projection multiplies the first (arXiv:2002.05202)
 * @param bias whether the projections have biases
 * @param sparsity share of the gate's activations that are set to zero (Gemma 3n), usually 0
 */
public record FeedForward(int intermediateSize, Activation activation, boolean gated, boolean bias, double sparsity)
        implements Op.Mlp {
    public FeedForward {
        SpecException.require(
                intermediateSize > 0, "intermediate_size is " + intermediateSize + ", expected 1 or more");
        SpecException.require(
                sparsity >= 0 && sparsity < 1, "an activation sparsity is " + sparsity + ", expected 0 to less than 1");
    }

    /** Gated, without biases, dense. */
    public FeedForward(int intermediateSize, Activation activation) {
        this(intermediateSize, activation, true, false, 0);
    }

    @Override
    public FeedForward feedForward() {
        return this;
    }

    @Override
    public Optional<Experts> experts() {
        return Optional.empty();
    }

    @Override
    public List<WeightSpec> weights(int hiddenSize) {
        var weights = new ArrayList<WeightSpec>();
        if (gated) {
            weights.addAll(Op.linear("gate", intermediateSize, hiddenSize, bias));
        }
        weights.addAll(Op.linear("up", intermediateSize, hiddenSize, bias));
        weights.addAll(Op.linear("down", hiddenSize, intermediateSize, bias));
        return weights;
    }
}
