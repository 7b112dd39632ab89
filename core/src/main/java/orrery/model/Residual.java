package orrery.model;

import orrery.kernel.Kernels;
import orrery.spec.Branch;
import orrery.tensor.Tensor;

/** A branch with its weights: {@code x = outer(x + after(op(before(x))))}. */
final class Residual {
    private final Kernels kernels;
    private final Norm before;
    private final Block block;
    private final Norm after;
    private final Norm outer;
    private final Tensor normed;
    private final Tensor change;

    Residual(Branch spec, String path, int hiddenSize, Block block, BoundWeights weights, Scratch scratch) {
        kernels = scratch.kernels();
        this.block = block;
        before = Norm.bind(spec.before(), path + ".before", hiddenSize, weights);
        after = Norm.bind(spec.after(), path + ".after", hiddenSize, weights);
        outer = Norm.bind(spec.outer(), path + ".outer", hiddenSize, weights);
        normed = scratch.buffer("normed", hiddenSize);
        change = scratch.buffer("change", hiddenSize);
    }

    /** Passes the stream {@code x [rows, hidden]} through, in place. */
    void apply(Tensor x, Pass pass) {
        int rows = pass.step().rows();
        if (before.present()) {
            before.apply(normed, x, rows);
            block.apply(change, normed, pass);
        } else {
            block.apply(change, x, pass);
        }
        after.apply(change, change, rows);
        kernels.add(x, change, rows);
        outer.apply(x, x, rows);
    }
}
