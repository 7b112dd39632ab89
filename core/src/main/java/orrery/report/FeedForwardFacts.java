package orrery.report;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.Op;

/** The facts of a layer's feed-forward. */
final class FeedForwardFacts {
    private FeedForwardFacts() {}

    static void add(FactMap facts, Op.Mlp op, int hiddenSize) {
        var each = op.feedForward();
        switch (op) {
            case FeedForward dense -> {
                facts.form(Property.FEED_FORWARD, "dense", "dense feed-forward", brief(dense) + " feed-forward");
                facts.number(Property.WIDTH, dense.intermediateSize(), Words.widths(dense, hiddenSize));
            }
            case Experts experts -> experts(facts, experts, hiddenSize);
        }
        facts.put(Property.ACTIVATION, form(each));
        String cut = percent(each) + " of the gate ";
        var sparse = FactValue.of("sparse", each.sparsity(), cut + "cut to zero", cut + "is cut to zero");
        facts.put(Property.SPARSITY, each.sparsity() > 0 ? sparse : FactValue.none());
        facts.flag(Property.FEED_FORWARD_BIAS, each.bias(), "yes", "with biases");
    }

    private static String percent(FeedForward op) {
        return Numbers.plain(100 * op.sparsity()) + " %";
    }

    private static FactValue form(FeedForward op) {
        var data = map("activation", lower(op.activation()), "gated", op.gated());
        String words = Words.feedForward(op.activation(), op.gated());
        return FactValue.form(data, words + (op.gated() ? "" : ", not gated"), "");
    }

    /** Its name without which form of GELU it takes. */
    static String brief(FeedForward op) {
        return Words.feedForward(op.activation(), op.gated()).replaceFirst(" \\(.*", "");
    }

    private static void experts(FactMap facts, Experts op, int hiddenSize) {
        var expert = op.expert();
        facts.form(Property.FEED_FORWARD, "experts", "mixture of experts (MoE)", "Mixture of experts");
        String chosen = Numbers.exact(op.active()) + " of " + Numbers.count(op.count(), "expert");
        facts.number(Property.EXPERTS, op.count(), chosen + " per token");
        facts.number(Property.ACTIVE_EXPERTS, op.active());
        String each = "each " + brief(expert) + ", " + Words.widths(expert, hiddenSize);
        facts.number(Property.EXPERT_WIDTH, expert.intermediateSize(), each);
        facts.none(Property.SHARED_EXPERT);
        op.shared().ifPresent(one -> {
            String width = "width " + Numbers.exact(one.intermediateSize()) + parts(op);
            String box = "shared: " + brief(one) + ", " + Words.widths(one, hiddenSize) + parts(op);
            facts.put(Property.SHARED_EXPERT, FactValue.of("shared", one.intermediateSize(), width, box));
            shared(facts, one, expert);
        });
        router(facts, op.router());
    }

    /** Several shared experts are one that is as wide as they together, which is how they are stored. */
    private static String parts(Experts op) {
        return op.sharedExperts() > 1
                ? " (" + op.sharedExperts() + " × " + Numbers.exact(op.expert().intermediateSize()) + ")"
                : "";
    }

    private static void shared(FactMap facts, FeedForward shared, FeedForward expert) {
        boolean alike = shared.equals(new FeedForward(
                shared.intermediateSize(), expert.activation(), expert.gated(), expert.bias(), expert.sparsity()));
        String words = form(shared).words()
                + (shared.bias() ? ", with biases" : "")
                + (shared.sparsity() > 0 ? ", " + percent(shared) + " of the gate cut to zero" : "");
        var data = map(
                "activation", lower(shared.activation()),
                "gated", shared.gated(),
                "bias", shared.bias(),
                "sparsity", shared.sparsity());
        var value = FactValue.of(words, data, alike ? "as the others'" : words, "");
        facts.put(Property.SHARED_FORM, value.like(alike ? "alike" : words));
    }

    private static void router(FactMap facts, Experts.Router router) {
        String scoring = Words.scoring(router.scoring());
        String brief = "router: " + scoring + (router.correctionBias() ? ", correction bias" : "");
        facts.form(Property.ROUTER_SCORES, lower(router.scoring()), scoring, brief);
        facts.flag(Property.ROUTER_BIAS, router.correctionBias(), "in the choice only", "");
        switch (router.groups()) {
            case Experts.Router.Groups.All _ -> facts.none(Property.ROUTER_GROUPS);
            case Experts.Router.Groups.Best(var count, var kept, var score) -> {
                String best = "the best " + kept + " of " + count;
                var data = map("count", count, "kept", kept, "score", lower(score));
                String words = best + ", " + Words.groupScore(score);
                facts.put(Property.ROUTER_GROUPS, FactValue.of(lower(score), data, words, "from " + best + " groups"));
            }
        }
        String scaled = router.scale() == 1 ? "" : ", × " + Numbers.plain(router.scale());
        String weights = router.normalised() ? "normalised" : "not normalised";
        facts.form(Property.EXPERT_WEIGHTS, router.normalised(), weights, "weights " + weights + scaled);
        facts.number(Property.ROUTER_SCALE, router.scale());
        String target = Words.target(router.target());
        boolean usual = router.target() == Experts.Router.Target.OUTPUT;
        facts.form(Property.ROUTER_TARGET, lower(router.target()), target, usual ? "" : "weights multiply " + target);
    }
}
