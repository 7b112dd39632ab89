package orrery.report;

import static orrery.report.AttentionFacts.lower;
import static orrery.report.CardData.map;

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
                facts.put(
                        Property.FEED_FORWARD,
                        FactValue.form("dense", "dense feed-forward", brief(dense) + " feed-forward"));
                facts.put(Property.WIDTH, FactValue.number(dense.intermediateSize(), Words.widths(dense, hiddenSize)));
            }
            case Experts experts -> experts(facts, experts, hiddenSize);
        }
        facts.put(Property.ACTIVATION, form(each));
        facts.put(
                Property.SPARSITY,
                each.sparsity() > 0
                        ? FactValue.of(
                                "sparse",
                                each.sparsity(),
                                percent(each) + " of the gate cut to zero",
                                percent(each) + " of the gate is cut to zero")
                        : FactValue.none());
        facts.flag(Property.FEED_FORWARD_BIAS, each.bias(), "yes", "with biases");
    }

    private static String percent(FeedForward op) {
        return Numbers.plain(100 * op.sparsity()) + " %";
    }

    private static FactValue form(FeedForward op) {
        return FactValue.form(
                map("activation", lower(op.activation()), "gated", op.gated()),
                Words.feedForward(op.activation(), op.gated()) + (op.gated() ? "" : ", not gated"),
                "");
    }

    /** Its name without which form of GELU it takes. */
    static String brief(FeedForward op) {
        return Words.feedForward(op.activation(), op.gated()).replaceFirst(" \\(.*", "");
    }

    private static void experts(FactMap facts, Experts op, int hiddenSize) {
        facts.put(Property.FEED_FORWARD, FactValue.form("experts", "mixture of experts (MoE)", "Mixture of experts"));
        String chosen = Numbers.exact(op.active()) + " of " + Numbers.count(op.count(), "expert");
        facts.put(Property.EXPERTS, FactValue.number(op.count(), chosen + " per token"));
        facts.number(Property.ACTIVE_EXPERTS, op.active());
        facts.put(
                Property.EXPERT_WIDTH,
                FactValue.number(
                        op.expert().intermediateSize(),
                        "each " + brief(op.expert()) + ", " + Words.widths(op.expert(), hiddenSize)));
        facts.put(
                Property.SHARED_EXPERT,
                op.shared()
                        .map(one -> FactValue.of(
                                "shared",
                                one.intermediateSize(),
                                "width " + Numbers.exact(one.intermediateSize()) + parts(op),
                                "shared: " + brief(one) + ", " + Words.widths(one, hiddenSize) + parts(op)))
                        .orElse(FactValue.none()));
        op.shared().ifPresent(one -> shared(facts, one, op.expert()));
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
        facts.put(
                Property.SHARED_FORM,
                FactValue.of(words, data, alike ? "as the others'" : words, "").like(alike ? "alike" : words));
    }

    private static void router(FactMap facts, Experts.Router router) {
        String scoring = Words.scoring(router.scoring());
        facts.put(
                Property.ROUTER_SCORES,
                FactValue.form(
                        lower(router.scoring()),
                        scoring,
                        "router: " + scoring + (router.correctionBias() ? ", correction bias" : "")));
        facts.flag(Property.ROUTER_BIAS, router.correctionBias(), "in the choice only", "");
        facts.put(
                Property.ROUTER_GROUPS,
                switch (router.groups()) {
                    case Experts.Router.Groups.All _ -> FactValue.none();
                    case Experts.Router.Groups.Best(var count, var kept, var score) -> {
                        String best = "the best " + kept + " of " + count;
                        yield FactValue.of(
                                lower(score),
                                map("count", count, "kept", kept, "score", lower(score)),
                                best + ", " + Words.groupScore(score),
                                "from " + best + " groups");
                    }
                });
        String scaled = router.scale() == 1 ? "" : ", × " + Numbers.plain(router.scale());
        String weights = router.normalised() ? "normalised" : "not normalised";
        facts.put(Property.EXPERT_WEIGHTS, FactValue.form(router.normalised(), weights, "weights " + weights + scaled));
        facts.number(Property.ROUTER_SCALE, router.scale());
        String target = Words.target(router.target());
        facts.put(
                Property.ROUTER_TARGET,
                FactValue.form(
                        lower(router.target()),
                        target,
                        router.target() == Experts.Router.Target.OUTPUT ? "" : "weights multiply " + target));
    }
}
