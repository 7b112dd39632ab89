package orrery.report.compare;

import static orrery.report.compare.Topic.FEED_FORWARD;

import java.util.Optional;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.report.Phrases;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.LayerSpec;

/** How the feed-forwards of two models differ: one for all tokens or chosen experts, and what is inside. */
final class FeedForwardTraits {
    private static final String GATED = "with a gate";
    private static final String NOT_GATED = "without a gate";

    private FeedForwardTraits() {}

    static Optional<Experts> experts(LayerSpec layer) {
        return layer.mlp().experts();
    }

    static Optional<FeedForward> dense(LayerSpec layer) {
        return Optional.of(layer.mlp().feedForward()).filter(_ -> experts(layer).isEmpty());
    }

    /** The one that all tokens pass, or one of those that a router chooses from. */
    static FeedForward main(LayerSpec layer) {
        return layer.mlp().feedForward();
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
        if (!before.isEmpty()) {
            findings.structure(
                    FEED_FORWARD,
                    "has experts on " + two.to().layers().byPlace(now) + ", instead of "
                            + two.from().layers().byPlace(before));
            return;
        }
        var experts = Layered.of(two.to().layers(), FeedForwardTraits::experts);
        boolean shared =
                experts.distinct().stream().anyMatch(one -> one.shared().isPresent());
        findings.structure(
                FEED_FORWARD,
                Layers.clause(two.to().layers().byPlace(now), "chooses ", "choose ")
                        + experts.as(FeedForwardTraits::chosen).text(Function.identity())
                        + " for each token"
                        + (shared ? ", plus a shared one that always runs" : "")
                        + ", instead of one feed-forward for all");
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
        if (same.from().has(false) || same.to().has(false)) {
            inside(findings, "the shared expert ", FeedForwardTraits::shared);
            findings.structure(
                    FEED_FORWARD,
                    findings.property(layer -> shared(layer).map(FeedForward::bias)),
                    has -> has ? "biases" : "no biases",
                    (b, _) -> "the shared expert has " + b);
        }
    }

    private static FeedForward form(FeedForward any) {
        return new FeedForward(1, any.activation(), any.gated(), any.bias(), any.sparsity());
    }

    private static void inside(Findings findings, String who, Function<LayerSpec, Optional<FeedForward>> which) {
        findings.structure(
                FEED_FORWARD,
                findings.property(layer -> which.apply(layer).map(FeedForward::gated)),
                gated -> gated ? GATED : NOT_GATED,
                (b, a) -> who
                        + switch (b) {
                            case GATED -> "multiplies the feed-forward's activations by a second projection (a gate)";
                            case NOT_GATED -> "has no gate in the feed-forward";
                            default -> Sentences.instead("has feed-forwards " + b, a);
                        });
        findings.structure(
                FEED_FORWARD,
                findings.property(layer -> which.apply(layer).map(FeedForward::activation)),
                Phrases::activation,
                (b, a) -> who + Sentences.instead("uses " + brief(b, a), brief(a, b)) + " in the feed-forward");
        var sparsity = findings.property(layer -> which.apply(layer).map(FeedForward::sparsity));
        boolean alike = sparsity.as(share -> share > 0).agree();
        if (!sparsity.agree()) {
            findings.add(
                    alike ? StructuralDifference.Kind.SIZE : StructuralDifference.Kind.STRUCTURE,
                    FEED_FORWARD,
                    who + sparsity.told(FeedForwardTraits::cut, FeedForwardTraits::cut),
                    1);
        }
    }

    /** Without the form of GELU, where only one of two activations is one. */
    private static String brief(String activation, String other) {
        boolean both = activation.startsWith("GELU") && other.startsWith("GELU");
        return both ? activation : activation.replaceAll("GELU \\(\\w+ form\\)", "GELU");
    }

    private static String cut(double share) {
        return share == 0 ? "" : "cuts " + Numbers.plain(100 * share) + " % of the gate's activations to zero";
    }

    private static String cut(String b, String a) {
        String cutting = a.replaceFirst("^cuts", "cutting");
        if (b.isEmpty()) {
            return "keeps all of the gate's activations instead of " + cutting;
        }
        return a.isEmpty() ? b : Sentences.instead(b, cutting);
    }

    /** Biases of attention's projections and of the feed-forward's, at once where they changed alike. */
    static void biases(Findings findings) {
        String attention = AttentionTraits.biases(findings);
        var main = findings.everywhere(layer -> main(layer).bias());
        String feedForward = main.agree() ? "" : biases(main.to());
        if (!attention.isEmpty() && attention.equals(feedForward)) {
            findings.structure(FEED_FORWARD, "has " + attention + " in its projections");
            return;
        }
        if (!attention.isEmpty()) {
            findings.structure(Topic.ATTENTION, "has " + attention + " in attention's projections");
        }
        if (!feedForward.isEmpty()) {
            findings.structure(FEED_FORWARD, "has " + feedForward + " in the feed-forward");
        }
    }

    /** In words, of layers that have some or none. */
    static String biases(Layered<Boolean> biases) {
        return biases.text(has -> has ? "biases" : "no biases");
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
                (b, a) -> Sentences.instead(b + (b.equals("1") ? " expert" : " experts") + " chosen for a token", a));
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
        return any.from().has(true) || any.to().has(true) ? "dense feed-forwards" : "a feed-forward";
    }
}
