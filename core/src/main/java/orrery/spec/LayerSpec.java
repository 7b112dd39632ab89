package orrery.spec;

import java.util.ArrayList;
import java.util.List;

/** One layer. */
public sealed interface LayerSpec {

    /** Attention and a feed-forward block, each a residual branch of one stream: every family except Gemma 3n. */
    record Residual(Branch mixer, Branch feedForward) implements LayerSpec {
        public Residual {
            requireBranches(mixer, feedForward);
        }
    }

    /**
     * Gemma 3n's layer over several residual streams (AltUp, arXiv:2301.13310), with a low-rank second residual
     * (LAuReL, arXiv:2411.07501) and the layer's own slice of the per-layer embedding injected at the end.
     */
    record AltUp(Streams.Parallel streams, Branch mixer, Branch feedForward, Laurel laurel, PerLayerInput input)
            implements LayerSpec {
        public AltUp {
            requireBranches(mixer, feedForward);
        }
    }

    private static void requireBranches(Branch mixer, Branch feedForward) {
        SpecException.require(mixer.op() instanceof Op.Attention, "the first branch of a layer has to be attention");
        SpecException.require(
                feedForward.op() instanceof Op.Mlp, "the second branch of a layer has to be a feed-forward");
    }

    /** {@code x + norm(right(left(x)))} with a low rank. */
    record Laurel(int rank, NormSpec norm) {
        public Laurel {
            SpecException.require(rank > 0, "laurel_rank is " + rank + ", expected 1 or more");
        }
    }

    /** Gates the layer's slice of the per-layer embedding into the streams: {@code norm(up(act(gate(x)) * slice))}. */
    record PerLayerInput(int size, Activation activation, NormSpec norm) {
        public PerLayerInput {
            SpecException.require(size > 0, "hidden_size_per_layer_input is " + size + ", expected 1 or more");
        }
    }

    /** The branch that mixes positions. */
    Branch mixer();

    /** The branch that works on each position alone. */
    Branch feedForward();

    /** The attention of this layer. */
    default Op.Attention attention() {
        return (Op.Attention) mixer().op();
    }

    /** The feed-forward block or mixture of experts of this layer. */
    default Op.Mlp mlp() {
        return (Op.Mlp) feedForward().op();
    }

    /** The same layer with another attention. */
    default LayerSpec withAttention(Op.Attention other) {
        var attention = new Branch(mixer().before(), other, mixer().after(), mixer().outer());
        return switch (this) {
            case Residual layer -> new Residual(attention, layer.feedForward);
            case AltUp layer -> new AltUp(layer.streams, attention, layer.feedForward, layer.laurel, layer.input);
        };
    }

    /** The residual streams that pass through this layer. */
    default Streams streams() {
        return switch (this) {
            case Residual _ -> Streams.SINGLE;
            case AltUp layer -> layer.streams;
        };
    }

    /** Every tensor of this layer. */
    default List<WeightSpec> weights(int hiddenSize) {
        var weights = new ArrayList<>(mixer().weights(hiddenSize));
        weights.addAll(feedForward().weights(hiddenSize));
        switch (this) {
            case Residual _ -> {}
            case AltUp(var streams, var _, var _, var laurel, var input) -> {
                int count = streams.count();
                weights.add(WeightSpec.of("altup.scale", hiddenSize));
                weights.add(WeightSpec.of("altup.correct.weight", count, count));
                weights.add(WeightSpec.of("altup.predict.weight", count * count, count));
                weights.add(WeightSpec.of("altup.router.weight", count, hiddenSize));
                weights.addAll(streams.routerNorm().weights("altup.norm", hiddenSize));
                weights.add(WeightSpec.of("laurel.left.weight", laurel.rank(), hiddenSize));
                weights.add(WeightSpec.of("laurel.right.weight", hiddenSize, laurel.rank()));
                weights.addAll(laurel.norm().weights("laurel.norm", hiddenSize));
                weights.add(WeightSpec.of("input.gate.weight", input.size(), hiddenSize));
                weights.add(WeightSpec.of("input.up.weight", hiddenSize, input.size()));
                weights.addAll(input.norm().weights("input.norm", hiddenSize));
            }
        }
        return weights;
    }
}
