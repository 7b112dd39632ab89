package orrery.figures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import orrery.draw.FeedForwardDrawing;
import orrery.report.Numbers;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.Op;
import orrery.spec.WeightSpec;

/** Dense feed-forwards beside mixtures of experts: figures 5 and 6. */
final class FeedForwardFigures {
    private FeedForwardFigures() {}

    /** A dense one beside experts that are all routed. */
    static Figure experts() {
        var specs = Models.named("qwen3-8b", "qwen3-30b-a3b");
        return new Figure(
                5,
                "ffn-moe",
                "A dense feed-forward and a mixture of experts",
                "In a mixture of experts a router sends each token to a few small feed-forwards out of many. "
                        + told(specs.getFirst()) + " " + told(specs.getLast()),
                FeedForwardDrawing.of(specs));
    }

    /** Experts with one that is shared, beside the dense layers of the same models. */
    static Figure shared() {
        var specs = Models.named("deepseek-v3", "llama-4-maverick");
        return new Figure(
                6,
                "moe-shared",
                "Routed and shared experts",
                "Every token goes through the shared expert, and through those that the router chooses. "
                        + told(specs.getFirst()) + " " + told(specs.getLast()),
                FeedForwardDrawing.of(specs));
    }

    /** What a layer of each kind holds, and what a token uses of it. */
    static String told(ArchitectureSpec spec) {
        var counts = new LinkedHashMap<Op.Mlp, Integer>();
        spec.layers().forEach(layer -> counts.merge(layer.mlp(), 1, Integer::sum));
        var sentences = new ArrayList<String>();
        counts.forEach((op, count) ->
                sentences.add(Numbers.count(count, "layer") + " with " + kind(op) + ", " + parameters(spec, op)));
        return spec.name() + ": " + String.join("; ", sentences) + ".";
    }

    private static String kind(Op.Mlp op) {
        return switch (op) {
            case FeedForward dense -> "a dense one, " + Numbers.exact(dense.intermediateSize()) + " wide";
            case Experts experts ->
                experts.active() + " of " + experts.count() + " routed experts"
                        + (experts.shared().isPresent() ? " and a shared one" : "") + ", "
                        + Numbers.exact(experts.expert().intermediateSize()) + " wide each";
        };
    }

    private static String parameters(ArchitectureSpec spec, Op op) {
        var weights = op.weights(spec.hiddenSize());
        long all = weights.stream().mapToLong(WeightSpec::parameters).sum();
        long active = weights.stream().mapToLong(WeightSpec::activeParameters).sum();
        return Numbers.rounded(all) + " parameters each"
                + (active == all ? "" : ", of which a token uses " + Numbers.rounded(active));
    }
}
