package orrery.figures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import orrery.ablation.Ablation;
import orrery.draw.ExpertProgression;
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

    /** The dense layers of a model beside its sparse ones. */
    static Figure experts() {
        var spec = Models.named("deepseek-v3");
        return new Figure(
                FigureHeading.of(5),
                "Both kinds of layer in one model, with one expert opened: it is a feed-forward like the dense one,"
                        + " but narrower. A router sends each token to a few of many experts. "
                        + told(spec) + " Computed: all numbers, from the config that was published with "
                        + spec.name() + " (arXiv:2412.19437). The heights of all bars are on one scale.",
                FeedForwardDrawing.of(List.of(spec)));
    }

    /** The progression of DeepSeekMoE, and what releases made of it. */
    static Figure shared() {
        var specs = Models.named("qwen3-30b-a3b", "llama-4-maverick", "deepseek-v2", "deepseek-v3");
        var panels = new ArrayList<>(List.of(new Figure.Panel("arrangements", ExpertProgression.of(specs))));
        var measured = Ablation.included("experts");
        measured.ifPresent(ablation -> panels.add(VariantRuns.experts(ablation)));
        return new Figure(
                FigureHeading.of(6),
                "Three ways to arrange the same parameters, with equally many active per token. Four times as many"
                        + " experts, each a quarter as wide, give the router billions of combinations instead of 120;"
                        + " one shared expert, active for every token, can hold what all tokens need. Published: the"
                        + " idea and the numbers of experts (arXiv:2401.06066, figure 2 and section 4.1.3). Computed:"
                        + " the numbers of combinations and, below, the experts of released models, from their"
                        + " configs. "
                        + specs.stream().map(FeedForwardFigures::told).collect(Collectors.joining(" "))
                        + measured.map(StatementFigures::told).orElse(""),
                panels);
    }

    /** What a layer of each kind holds, and how much of it is active per token. */
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
