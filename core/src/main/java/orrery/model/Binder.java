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
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Scores;

/**
 * Turns the parts of a spec into blocks with weights, with one exhaustive switch per kind of alternative. Also collects
 * the banks of experts.
 */
record Binder(ArchitectureSpec spec, BoundWeights weights, Scratch scratch, Pass pass, List<ExpertBank> banks) {

    /** A layer, ready to run. */
    Layer layer(int index) {
        String path = "layers." + index;
        return switch (spec.layers().get(index)) {
            case LayerSpec.Residual layer ->
                new Layer.OneStream(branch(layer.mixer(), path, index), branch(layer.feedForward(), path, index));
            case LayerSpec.AltUp layer -> {
                requireNoOuterNorm(layer.mixer(), path);
                requireNoOuterNorm(layer.feedForward(), path);
                yield new AltUpLayer(layer, index, path, this, buffers(layer, path));
            }
        };
    }

    /** The draft's layer; its cache comes after the last layer's. */
    Layer draftLayer(Draft draft) {
        require(
                spec.embedding().learnedPositions() == 0,
                "draft",
                "learned positions",
                "a draft that is told positions by RoPE");
        return switch (draft.layer()) {
            case LayerSpec.Residual layer -> {
                int index = spec.layers().size();
                String path = "draft.layer";
                yield new Layer.OneStream(branch(layer.mixer(), path, index), branch(layer.feedForward(), path, index));
            }
            case LayerSpec.AltUp _ -> throw refusal("draft", "parallel streams", "a draft on one stream");
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
            case FeedForward feedForward -> feedForward(feedForward, path);
            case Latent attention -> {
                boolean plain = attention.scores().temperature() instanceof Scores.Temperature.None;
                require(plain, path, "queries that grow with their position", "latent attention without temperature");
                yield new LatentBlock(attention, layer, path, weights, scratch, pass);
            }
            case Experts experts -> {
                var expert = experts.expert();
                require(expert.gated(), path, "experts without a gate", "gated experts");
                require(!expert.bias(), path, "experts with biases", "experts without");
                require(expert.sparsity() == 0, path, "experts with a sparsity", "dense experts");
                var bank = ExpertBank.bind(experts, layer, path, weights);
                banks.add(bank);
                var shared = experts.shared().map(one -> feedForward(one, path + ".shared"));
                yield new ExpertsBlock(experts, spec.hiddenSize(), path, bank, shared, weights, scratch);
            }
        };
    }

    private FeedForwardBlock feedForward(FeedForward feedForward, String path) {
        boolean known = feedForward.gated() || feedForward.sparsity() == 0;
        require(known, path, "a sparsity without a gate", "a gated feed-forward, whose gate is cut");
        return new FeedForwardBlock(feedForward, path, weights, scratch);
    }

    private void requireNoOuterNorm(Branch branch, String path) {
        boolean none = branch.outer() instanceof NormSpec.None;
        require(
                none,
                path + "." + branch.op().slot(),
                "an outer norm among parallel streams",
                "norms within the branch");
    }

    /** Rejects what a spec can describe but no block supports and would therefore run as another model. */
    private void require(boolean known, String part, String what, String expected) {
        if (!known) {
            throw refusal(part, what, expected);
        }
    }

    private ModelException refusal(String part, String what, String expected) {
        return new ModelException(spec.name() + " cannot be run: " + part + " has " + what + "; expected " + expected);
    }

    private StreamsBuffers buffers(LayerSpec.AltUp layer, String path) {
        if (spec.embedding().perLayer() instanceof EmbeddingSpec.PerLayer.Table table) {
            int size = layer.input().size();
            require(
                    size == table.size(),
                    path + ".input",
                    size + " elements of a per-layer embedding, which has " + table.size(),
                    "all of them");
            return StreamsBuffers.of(layer.streams(), table, spec.layers().size(), spec.hiddenSize(), scratch);
        }
        throw refusal(path + ".input", "a per-layer embedding, which the model does not have", "one in the embedding");
    }
}
