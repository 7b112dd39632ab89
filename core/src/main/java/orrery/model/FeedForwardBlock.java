package orrery.model;

import java.util.List;
import orrery.kernel.Kernels;
import orrery.kernel.Quantile;
import orrery.spec.Activation;
import orrery.spec.FeedForward;
import orrery.tensor.Tensor;

/** A feed-forward block, gated or not. */
final class FeedForwardBlock implements Block {
    private final Kernels kernels;
    private final Activation activation;
    private final double cut;
    private final boolean isGated;
    private final Linear down;
    private final Tensor gated;
    private final Tensor inner;
    private final Projections first;

    FeedForwardBlock(FeedForward spec, String path, BoundWeights weights, Scratch scratch) {
        kernels = scratch.kernels();
        activation = spec.activation();
        cut = spec.sparsity() > 0 ? Quantile.ofNormal(spec.sparsity()) : Double.NEGATIVE_INFINITY;
        isGated = spec.gated();
        down = Linear.bind(path + ".down", spec.bias(), weights);
        gated = scratch.buffer("gate", spec.gated() ? spec.intermediateSize() : 0);
        inner = scratch.buffer("inner", spec.intermediateSize());
        var up = Linear.bind(path + ".up", spec.bias(), weights);
        first = spec.gated()
                ? new Projections(
                        kernels, List.of(up, Linear.bind(path + ".gate", spec.bias(), weights)), List.of(inner, gated))
                : new Projections(kernels, List.of(up), List.of(inner));
    }

    @Override
    public void apply(Tensor out, Tensor x, Pass pass) {
        int rows = pass.step().rows();
        first.apply(x, rows);
        if (isGated) {
            if (cut > Double.NEGATIVE_INFINITY) {
                kernels.cutSmall(gated, cut, rows);
            }
            kernels.gate(inner, gated, inner, activation, rows);
        } else {
            kernels.activate(inner, inner, activation, rows);
        }
        down.apply(out, inner, rows);
    }
}
