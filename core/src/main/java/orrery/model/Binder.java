package orrery.model;

import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/** Turns the parts of a spec into blocks with weights: one exhaustive switch for each kind of alternative. */
record Binder(ArchitectureSpec spec, Weights weights, Scratch scratch, Pass pass) {

    /** A layer, ready to run. */
    Layer layer(int index) {
        String path = "layers." + index;
        return switch (spec.layers().get(index)) {
            case LayerSpec.Residual layer ->
                new Layer(branch(layer.mixer(), path, index), branch(layer.feedForward(), path, index));
            case LayerSpec.AltUp _ -> throw unsupported("parallel residual streams (AltUp)");
        };
    }

    private Residual branch(Branch branch, String path, int layer) {
        String name = path + "." + branch.op().slot();
        return new Residual(branch, name, spec.hiddenSize(), block(branch.op(), name, layer), weights, scratch);
    }

    private Block block(Op op, String path, int layer) {
        return switch (op) {
            case GroupedQuery attention -> new GroupedQueryBlock(attention, layer, path, weights, scratch, pass);
            case FeedForward feedForward -> new FeedForwardBlock(feedForward, path, weights, scratch);
            case Latent _ -> throw unsupported("multi-head latent attention");
            case Experts _ -> throw unsupported("a mixture of experts");
        };
    }

    private ModelException unsupported(String what) {
        return new ModelException(spec.name() + " has " + what
                + ", which this version of Orrery describes and measures but does not run");
    }
}
