package orrery.model;

import java.util.Optional;
import orrery.kernel.Kernels;
import orrery.kernel.Quantile;
import orrery.spec.Activation;
import orrery.spec.FeedForward;
import orrery.tensor.Tensor;

/** A feed-forward, gated or not. */
final class FeedForwardBlock implements Block {
    private final Kernels kernels;
    private final Activation activation;
    private final double cut;
    private final Optional<Linear> gate;
    private final Linear up;
    private final Linear down;
    private final Tensor gated;
    private final Tensor inner;

    FeedForwardBlock(FeedForward spec, String path, Weights weights, Scratch scratch) {
        kernels = scratch.kernels();
        activation = spec.activation();
        cut = spec.sparsity() > 0 ? Quantile.ofNormal(spec.sparsity()) : Double.NEGATIVE_INFINITY;
        gate = spec.gated()
                ? Optional.of(Linear.bind(path + ".gate", spec.bias(), weights, kernels))
                : Optional.empty();
        up = Linear.bind(path + ".up", spec.bias(), weights, kernels);
        down = Linear.bind(path + ".down", spec.bias(), weights, kernels);
        gated = scratch.buffer("gate", spec.gated() ? spec.intermediateSize() : 0);
        inner = scratch.buffer("inner", spec.intermediateSize());
    }

    @Override
    public void apply(Tensor out, Tensor x, Pass pass) {
        int rows = pass.step().rows();
        up.apply(inner, x, rows);
        if (gate.isPresent()) {
            gate.get().apply(gated, x, rows);
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
