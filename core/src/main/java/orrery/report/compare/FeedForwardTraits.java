package orrery.report.compare;

import static orrery.report.compare.Topic.FEED_FORWARD;

import java.util.Optional;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.report.Phrases;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/** How the feed-forwards of two models differ: one for all tokens or chosen experts, and what is inside. */
final class FeedForwardTraits {
    private FeedForwardTraits() {}

    static Optional<Experts> experts(LayerSpec layer) {
        return switch (layer.feedForward().op()) {
            case Experts experts -> Optional.of(experts);
            case FeedForward _, Op.Attention _ -> Optional.empty();
        };
    }

    static Optional<FeedForward> dense(LayerSpec layer) {
        return switch (layer.feedForward().op()) {
            case FeedForward dense -> Optional.of(dense);
            case Experts _, Op.Attention _ -> Optional.empty();
        };
    }

    /** The one that all tokens pass, or one of those that a router chooses from. */
    static FeedForward main(LayerSpec layer) {
        return switch (layer.feedForward().op()) {
            case FeedForward dense -> dense;
            case Experts experts -> experts.expert();
            case Op.Attention _ -> throw new IllegalStateException("attention stands where a feed-forward should");
        };
    }

    static Optional<FeedForward> shared(LayerSpec layer) {
        return experts(layer).flatMap(Experts::shared);
    }

    static String chosen(Experts experts) {
        return Numbers.exact(experts.active()) + " of " + Numbers.exact(experts.count()) + " experts";
    }

    static void kinds(Findings findings) {
        var two = findings.everywhere(layer -> experts(layer).isPresent());
        if (two.agree()) {
            return;
        }
        var before = two.from().layers().where(layer -> experts(layer).isPresent());
        var now = two.to().layers().where(layer -> experts(layer).isPresent());
        if (now.isEmpty()) {
            findings.structure(
                    FEED_FORWARD, "sends every token through the same dense feed-forward instead of chosen experts");
            return;
        }
        var experts = Layered.of(two.to().layers(), FeedForwardTraits::experts);
        boolean shared =
                experts.values().values().stream().anyMatch(one -> one.shared().isPresent());
        findings.structure(
                FEED_FORWARD,
                Layers.clause(two.to().layers().byPlace(now), "chooses ", "choose ")
                        + experts.as(FeedForwardTraits::chosen).text(Function.identity())
                        + " for each token"
                        + (shared ? ", plus a shared one that always runs" : "")
                        + (before.isEmpty()
                                ? ", instead of one feed-forward for all"
                                : "; it was " + two.from().layers().byPlace(before)));
    }

    static void shared(Findings findings) {
        var two = findings.property(
                layer -> experts(layer).map(one -> one.shared().isPresent()));
        findings.structure(
                FEED_FORWARD,
                two,
                has -> has ? "a shared expert that always runs" : "no shared expert",
                (b, _) -> "has " + b);
    }

    /** What a feed-forward computes, whatever its width. */
    static void inside(Findings findings) {
        inside(findings, "", layer -> Optional.of(main(layer)));
        // A shared expert is made like the others; where it is, there is nothing to add.
        var same = findings.property(layer -> shared(layer).map(one -> form(one).equals(form(main(layer)))));
        if (same.from().values().containsValue(false) || same.to().values().containsValue(false)) {
            inside(findings, "the shared expert ", FeedForwardTraits::shared);
        }
    }

    private static FeedForward form(FeedForward any) {
        return new FeedForward(1, any.activation(), any.gated(), any.bias(), any.sparsity());
    }

    private static void inside(Findings findings, String who, Function<LayerSpec, Optional<FeedForward>> which) {
        findings.structure(
                FEED_FORWARD,
                findings.property(layer -> which.apply(layer).map(FeedForward::gated)),
                gated -> gated ? "with a gate" : "without a gate",
                (b, a) -> Sentences.instead(who + "computes the feed-forward " + b, a));
        findings.structure(
                FEED_FORWARD,
                findings.property(layer -> which.apply(layer).map(FeedForward::activation)),
                Phrases::activation,
                (b, a) -> Sentences.instead(who + "uses " + b, a) + " in the feed-forward");
        var sparsity = findings.property(layer -> which.apply(layer).map(FeedForward::sparsity));
        boolean alike = sparsity.as(share -> share > 0).agree();
        if (!sparsity.agree()) {
            findings.add(
                    alike ? StructuralDifference.Kind.SIZE : StructuralDifference.Kind.STRUCTURE,
                    FEED_FORWARD,
                    who + sparsity.told(FeedForwardTraits::cut, (b, a) -> cut(sparsity, b, a)),
                    1);
        }
        findings.structure(
                FEED_FORWARD,
                findings.property(layer -> which.apply(layer).map(FeedForward::bias)),
                has -> has ? "biases" : "no biases",
                (b, _) -> who + "has " + b + " in the feed-forward");
    }

    private static String cut(double share) {
        return share == 0 ? "nothing" : Numbers.plain(100 * share) + " %";
    }

    private static String cut(Findings.Two<Double> sparsity, String b, String a) {
        if (b.equals("nothing")) {
            return "keeps all activations of the feed-forward's gate, where " + a + " were cut to zero";
        }
        String text = "cuts to zero, of the activations of the feed-forward's gate, " + b;
        return sparsity.from().only().filter(share -> share == 0).isPresent() ? text : text + ", instead of " + a;
    }

    static void sizes(Findings findings) {
        findings.size(
                FEED_FORWARD,
                layer -> dense(layer).map(FeedForward::intermediateSize),
                (b, a) -> Sentences.instead(denseIn(findings) + " of width " + b, a));
        findings.size(
                FEED_FORWARD,
                layer -> experts(layer).map(Experts::count),
                (b, a) -> Sentences.instead(b + " experts to choose from", a));
        findings.size(
                FEED_FORWARD,
                layer -> experts(layer).map(Experts::active),
                (b, a) -> Sentences.instead(b + " experts chosen for a token", a));
        findings.size(
                FEED_FORWARD,
                layer -> experts(layer).map(one -> one.expert().intermediateSize()),
                (b, a) -> Sentences.instead("experts of width " + b, a));
        findings.size(
                FEED_FORWARD,
                layer -> shared(layer).map(FeedForward::intermediateSize),
                (b, a) -> Sentences.instead("a shared expert of width " + b, a));
    }

    private static String denseIn(Findings findings) {
        var any = findings.everywhere(layer -> experts(layer).isPresent());
        return any.from().values().containsValue(true) || any.to().values().containsValue(true)
                ? "dense feed-forwards"
                : "a feed-forward";
    }
}
