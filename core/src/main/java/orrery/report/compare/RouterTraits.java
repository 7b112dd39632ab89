package orrery.report.compare;

import static orrery.report.compare.Topic.FEED_FORWARD;

import java.util.Optional;
import java.util.function.Function;
import orrery.spec.Experts;
import orrery.spec.Experts.Router;
import orrery.spec.LayerSpec;

/** How the experts of two models are chosen and weighted. */
final class RouterTraits {
    private RouterTraits() {}

    private static <V> Function<LayerSpec, Optional<V>> of(Function<Router, V> property) {
        return layer -> FeedForwardTraits.experts(layer).map(Experts::router).map(property);
    }

    private static Optional<Router.Groups.Best> best(Router router) {
        return switch (router.groups()) {
            case Router.Groups.All _ -> Optional.empty();
            case Router.Groups.Best groups -> Optional.of(groups);
        };
    }

    private static <V> Function<LayerSpec, Optional<V>> ofGroups(Function<Router.Groups.Best, V> property) {
        return of(RouterTraits::best)
                .andThen(groups -> groups.flatMap(Function.identity()).map(property));
    }

    static void compare(Findings findings) {
        groups(findings);
        findings.structure(
                FEED_FORWARD,
                findings.property(of(Router::scoring)),
                RouterTraits::scoring,
                (b, a) -> Sentences.instead("scores experts by " + b, a));
        findings.structure(
                FEED_FORWARD,
                findings.property(of(Router::correctionBias)),
                has -> has ? "with a bias that evens out their load" : "without a bias that evens out their load",
                (b, _) -> "chooses experts " + b);
        findings.structure(
                FEED_FORWARD,
                findings.property(of(Router::normalised)),
                has -> has
                        ? "divides the weights of the chosen experts by their sum"
                        : "does not divide the weights of the chosen experts by their sum",
                (b, _) -> b);
        findings.structure(
                FEED_FORWARD,
                findings.property(of(Router::target)),
                RouterTraits::target,
                (b, a) -> Sentences.instead("multiplies an expert's " + b + " by its weight", "its " + a));
        findings.size(
                FEED_FORWARD,
                of(Router::scale),
                (b, a) -> Sentences.instead("weights of experts multiplied by " + b, a));
    }

    private static void groups(Findings findings) {
        findings.structure(
                FEED_FORWARD,
                findings.property(of(router -> best(router).isPresent())),
                grouped -> grouped ? "some groups" : "all",
                (b, a) -> b.equals("some groups")
                        ? "chooses experts only from the best groups of them"
                        : Sentences.instead(
                                "chooses from " + b + " experts",
                                a.equals("some groups") ? "only those of the best groups" : a));
        findings.size(
                FEED_FORWARD,
                ofGroups(Router.Groups.Best::groups),
                (b, a) -> Sentences.instead(b + " groups of experts", a));
        findings.size(
                FEED_FORWARD,
                ofGroups(Router.Groups.Best::kept),
                (b, a) -> Sentences.instead(b + " groups of experts kept for a token", a));
        findings.structure(
                FEED_FORWARD,
                findings.property(ofGroups(Router.Groups.Best::score)),
                RouterTraits::score,
                (b, a) -> Sentences.instead("ranks groups of experts by " + b, a));
    }

    private static String scoring(Router.Scoring scoring) {
        return switch (scoring) {
            case SOFTMAX -> "softmax";
            case SIGMOID -> "sigmoid";
        };
    }

    private static String target(Router.Target target) {
        return switch (target) {
            case OUTPUT -> "output";
            case INPUT -> "input";
        };
    }

    private static String score(Router.GroupScore score) {
        return switch (score) {
            case MAXIMUM -> "their best expert";
            case TOP_TWO_SUM -> "the sum of their two best experts";
        };
    }
}
