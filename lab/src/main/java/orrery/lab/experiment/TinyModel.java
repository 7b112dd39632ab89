package orrery.lab.experiment;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;

/**
 * What the models of the experiments share: RMSNorm, RoPE, gated feed-forwards, a tied head.
 *
 * @param vocabulary ids of tokens
 * @param hidden width of the residual stream
 * @param positions the longest context
 */
record TinyModel(int vocabulary, int hidden, int positions) {
    static final NormSpec NORM = new NormSpec.Rms(1e-5);
    static final double ROPE_BASE = 10_000;

    /** Layers, each by its index. */
    ArchitectureSpec of(String name, int layers, IntFunction<LayerSpec> layer, NormSpec finalNorm) {
        List<LayerSpec> all = IntStream.range(0, layers).mapToObj(layer).toList();
        return new ArchitectureSpec(
                name, vocabulary, hidden, positions, EmbeddingSpec.PLAIN, all, finalNorm, new HeadSpec(true, 0));
    }

    /** Pre-norm layers. */
    ArchitectureSpec preNorm(String name, int layers, IntFunction<Op.Attention> attention, Op.Mlp feedForward) {
        return of(
                name,
                layers,
                i -> new LayerSpec.Residual(
                        Branch.preNorm(NORM, attention.apply(i)), Branch.preNorm(NORM, feedForward)),
                NORM);
    }

    static GroupedQuery attention(int queryHeads, int keyValueHeads, int size) {
        return new GroupedQuery(new Heads(queryHeads, keyValueHeads, size), new Position.Rope(ROPE_BASE, size));
    }

    static FeedForward feedForward(int width) {
        return new FeedForward(width, Activation.SILU);
    }
}
