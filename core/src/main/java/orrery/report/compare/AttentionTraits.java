package orrery.report.compare;

import static orrery.report.compare.Topic.ATTENTION;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.report.Phrases;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.Op;

/** How the attention of two models differs: whose keys and values the heads read, and how many heads there are. */
final class AttentionTraits {
    private AttentionTraits() {}

    /** How many keys and values the heads share. */
    enum Mechanism {
        MULTI_HEAD("multi-head"),
        GROUPED("grouped-query"),
        MULTI_QUERY("multi-query"),
        LATENT("multi-head latent");

        final String title;

        Mechanism(String title) {
            this.title = title;
        }

        static Mechanism of(Op.Attention op) {
            return switch (op) {
                case Latent _ -> LATENT;
                case GroupedQuery(var heads, var _, var _, var _, var _, var _, var _) -> {
                    if (heads.keyValue() == heads.query()) {
                        yield MULTI_HEAD;
                    }
                    yield heads.keyValue() == 1 ? MULTI_QUERY : GROUPED;
                }
            };
        }
    }

    static <V> Function<LayerSpec, Optional<V>> ofGrouped(Function<GroupedQuery, V> property) {
        return layer -> switch (layer.attention()) {
            case GroupedQuery op -> Optional.of(property.apply(op));
            case Latent _ -> Optional.empty();
        };
    }

    static <V> Function<LayerSpec, Optional<V>> ofLatent(Function<Latent, V> property) {
        return layer -> switch (layer.attention()) {
            case GroupedQuery _ -> Optional.empty();
            case Latent op -> Optional.of(property.apply(op));
        };
    }

    static void mechanism(Findings findings) {
        var two = findings.everywhere(layer -> Mechanism.of(layer.attention()));
        if (two.agree()) {
            return;
        }
        var before = two.from().only();
        var now = two.to().only();
        if (before.isEmpty() || now.isEmpty()) {
            findings.structure(
                    ATTENTION, two.told(one -> one.title + " attention", (b, a) -> Sentences.instead("uses " + b, a)));
            return;
        }
        String names = ": " + now.get().title + " instead of " + before.get().title + " attention";
        findings.structure(
                ATTENTION, statement(two.to().layers().kinds().getFirst().attention()) + names);
    }

    private static String statement(Op.Attention op) {
        return switch (op) {
            case Latent latent ->
                "compresses the keys and values of all heads into " + Numbers.exact(latent.latentRank())
                        + " numbers a token and layer, plus "
                        + latent.rope().dimensions() + " that carry the position";
            case GroupedQuery grouped -> {
                var heads = grouped.heads();
                yield switch (Mechanism.of(op)) {
                    case MULTI_HEAD -> "gives every query head keys and values of its own";
                    case MULTI_QUERY ->
                        "shares one head of keys and values between all " + heads.query() + " query heads";
                    case GROUPED -> "shares each head of keys and values between " + heads.group() + " query heads";
                    case LATENT -> throw new IllegalStateException("grouped-query attention has no latents");
                };
            }
        };
    }

    /** Layers that read the keys and values of earlier ones. */
    static void lending(Findings findings) {
        var two = findings.everywhere(layer -> Phrases.borrows(layer.attention()));
        if (!two.agree()) {
            var before = two.from().layers().where(layer -> Phrases.borrows(layer.attention()));
            var now = two.to().layers().where(layer -> Phrases.borrows(layer.attention()));
            String own = "keys and values of earlier layers instead of making their own";
            String earlier = before.isEmpty()
                    ? ""
                    : ", where it was " + two.from().layers().byPlace(before);
            findings.structure(
                    ATTENTION,
                    now.isEmpty()
                            ? "makes keys and values on every layer, instead of reading those of earlier layers on "
                                    + two.from().layers().byPlace(before)
                            : Layers.clause(two.to().layers().byPlace(now), "reads", "read") + " " + own + earlier);
        }
        findings.size(
                ATTENTION,
                AttentionTraits.<Optional<Integer>>ofGrouped(AttentionTraits::lender)
                        .andThen(lender -> lender.flatMap(Function.identity())),
                (b, a) -> Sentences.instead("borrows keys and values from layer " + b, a));
    }

    private static Optional<Integer> lender(GroupedQuery op) {
        return switch (op.keyValues()) {
            case GroupedQuery.KeyValues.Own _ -> Optional.empty();
            case GroupedQuery.KeyValues.Borrowed(var layer) -> Optional.of(layer);
        };
    }

    static void sizes(Findings findings) {
        findings.size(
                ATTENTION,
                layer -> Optional.of(layer.attention().queryHeads()),
                (b, a) -> Sentences.instead(b + " query heads", a));
        findings.size(
                ATTENTION,
                layer -> switch (Mechanism.of(layer.attention())) {
                    // As many as there are query heads, which is said; or one.
                    case MULTI_HEAD, MULTI_QUERY, LATENT -> Optional.empty();
                    case GROUPED -> keyValueHeads(layer.attention());
                },
                (b, a) -> Sentences.instead(b + " heads of keys and values", a));
        findings.size(ATTENTION, ofGrouped(op -> op.heads().size()), (b, a) -> Sentences.instead("head size " + b, a));
        findings.size(
                ATTENTION,
                ofLatent(Latent::latentRank),
                (b, a) -> Sentences.instead("a latent of " + b + " numbers", a));
        queryLatent(findings);
        findings.size(
                ATTENTION,
                ofLatent(Latent::nopeSize),
                (b, a) -> Sentences.instead(b + " numbers of a head's key that carry no position", a));
        findings.size(
                ATTENTION,
                ofLatent(op -> op.rope().dimensions()),
                (b, a) -> Sentences.instead(b + " numbers of a head's key that carry the position", a));
        findings.size(
                ATTENTION, ofLatent(Latent::valueSize), (b, a) -> Sentences.instead("values of " + b + " numbers", a));
    }

    private static Optional<Integer> keyValueHeads(Op.Attention op) {
        return switch (op) {
            case GroupedQuery grouped -> Optional.of(grouped.heads().keyValue());
            case Latent _ -> Optional.empty();
        };
    }

    private static void queryLatent(Findings findings) {
        findings.structure(
                ATTENTION,
                findings.property(ofLatent(op -> op.queryRank().isPresent())),
                has -> has ? "from a latent of their own" : "straight from the layer's input",
                (b, a) -> Sentences.instead("makes queries " + b, a));
        findings.size(
                ATTENTION,
                ofLatent(Latent::queryRank)
                        .andThen(rank -> rank.filter(OptionalInt::isPresent).map(OptionalInt::getAsInt)),
                (b, a) -> Sentences.instead("a queries' latent of " + b + " numbers", a));
    }

    static String biases(Findings findings) {
        var two = findings.property(layer -> Optional.of(layer.attention().bias()));
        return two.agree() ? "" : FeedForwardTraits.biases(two.to());
    }
}
