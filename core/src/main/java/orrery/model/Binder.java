package orrery.model;

import java.util.List;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.Draft;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/** Turns the parts of a spec into blocks with weights: one exhaustive switch for each kind of alternative. Collects the banks of experts on its way. */
record Binder(ArchitectureSpec spec, BoundWeights weights, Scratch scratch, Pass pass, List<ExpertBank> banks) {

    /** A layer, ready to run. */
    Layer layer(int index) {
        String path = "layers." + index;
        return switch (spec.layers().get(index)) {
            case LayerSpec.Residual layer ->
                new Layer.OneStream(branch(layer.mixer(), path, index), branch(layer.feedForward(), path, index));
            case LayerSpec.AltUp layer -> new AltUpLayer(layer, index, path, this, buffers(layer));
        };
    }

    /** The draft's layer, whose place in the cache comes after the last. */
    Layer draftLayer(Draft draft) {
        return switch (draft.layer()) {
            case LayerSpec.Residual layer -> {
                int index = spec.layers().size();
                String path = "draft.layer";
                yield new Layer.OneStream(branch(layer.mixer(), path, index), branch(layer.feedForward(), path, index));
            }
            case LayerSpec.AltUp _ -> throw new ModelException("a draft of " + spec.name() + " has parallel streams");
        };
    }

    private Residual branch(Branch branch, String path, int layer) {
        String name = path + "." + branch.op().slot();
        return new Residual(branch, name, spec.hiddenSize(), block(branch.op(), name, layer), weights, scratch);
    }

    /** An op, ready to run. */
    Block block(Op op, String path, int layer) {
        return switch (op) {
            case GroupedQuery attention -> new GroupedQueryBlock(attention, layer, path, weights, scratch, pass);
            case FeedForward feedForward -> new FeedForwardBlock(feedForward, path, weights, scratch);
            case Latent attention -> new LatentBlock(attention, layer, path, weights, scratch, pass);
            case Experts experts -> {
                var bank = ExpertBank.bind(experts, layer, path, weights);
                banks.add(bank);
                yield new ExpertsBlock(experts, spec.hiddenSize(), path, bank, weights, scratch);
            }
        };
    }

    private StreamsBuffers buffers(LayerSpec.AltUp layer) {
        if (spec.embedding().perLayer() instanceof EmbeddingSpec.PerLayer.Table table) {
            return StreamsBuffers.of(layer.streams(), table, spec.layers().size(), spec.hiddenSize(), scratch);
        }
        throw new ModelException(spec.name() + " injects a per-layer embedding that it does not have");
    }
}
