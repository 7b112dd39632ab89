package orrery.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * One residual branch: {@code x} becomes {@code outer(x + after(op(before(x))))}. The norms' placement is given by
 * which of the three slots are filled: only {@code before} is pre-norm; only {@code after} is OLMo 2's post-norm inside
 * the residual; both are Gemma's sandwich norm; {@code outer} is the original post-norm on the sum (GPT-1).
 */
public record Branch(NormSpec before, Op op, NormSpec after, NormSpec outer) {

    public static Branch preNorm(NormSpec norm, Op op) {
        return new Branch(norm, op, NormSpec.NONE, NormSpec.NONE);
    }

    public static Branch postNorm(NormSpec norm, Op op) {
        return new Branch(NormSpec.NONE, op, norm, NormSpec.NONE);
    }

    public static Branch sandwich(NormSpec norm, Op op) {
        return new Branch(norm, op, norm, NormSpec.NONE);
    }

    public static Branch outerNorm(NormSpec norm, Op op) {
        return new Branch(NormSpec.NONE, op, NormSpec.NONE, norm);
    }

    /** Every tensor of this branch, under the branch's name: {@code attention.before.weight}, {@code mlp.up.weight}. */
    List<WeightSpec> weights(int hiddenSize) {
        var weights = new ArrayList<WeightSpec>();
        weights.addAll(before.weights("before", hiddenSize));
        weights.addAll(op.weights(hiddenSize));
        weights.addAll(after.weights("after", hiddenSize));
        weights.addAll(outer.weights("outer", hiddenSize));
        return weights.stream().map(weight -> weight.within(op.slot())).toList();
    }
}
