package orrery.report.compare;

import static orrery.report.compare.Topic.ATTENTION;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.spec.HeadNorms;
import orrery.spec.NormSpec;
import orrery.spec.Op;

/** Whether two models normalise queries, keys and values, and how. */
final class HeadNormTraits {
    private HeadNormTraits() {}

    /**
     * Which of the three are normalised, and how; the way counts where none is, too, or two specs would be told as the
     * same.
     */
    private record Normed(List<String> what, HeadNorms.Span span, HeadNorms.Order order) {
        static Normed of(Op.Attention op) {
            var norms = op.norms();
            var what = Stream.of(
                            norms.query().equals(NormSpec.NONE) ? "" : "queries",
                            norms.key().equals(NormSpec.NONE) ? "" : "keys",
                            norms.value().equals(NormSpec.NONE) ? "" : "values")
                    .filter(one -> !one.isEmpty())
                    .toList();
            return new Normed(what, norms.span(), norms.order());
        }

        boolean any() {
            return !what.isEmpty();
        }

        String whatText() {
            return Sentences.listed(what);
        }

        String text() {
            return any() ? whatText() + " " + way() : "";
        }

        String way() {
            return width() + ", " + moment();
        }

        String width() {
            return switch (span) {
                case HEAD -> "head by head";
                case PROJECTION -> "over all heads together";
            };
        }

        String moment() {
            return switch (order) {
                case BEFORE_ROPE -> "before RoPE";
                case AFTER_ROPE -> "after RoPE";
            };
        }
    }

    /** What is normalised, for a table; nothing where nothing is. */
    static String text(Layers layers) {
        return Layered.of(layers, layer -> Optional.of(Normed.of(layer.attention())))
                .text(Normed::text);
    }

    static void compare(Findings findings) {
        var two = findings.everywhere(layer -> Normed.of(layer.attention()));
        if (two.agree()) {
            return;
        }
        boolean before = two.from().as(Normed::any).has(true);
        boolean now = two.to().as(Normed::any).has(true);
        if (before || now) {
            findings.structure(ATTENTION, now ? before ? changed(two) : added(two) : removed(two));
        } else if (!isLatent(two.to()) && !isLatent(two.from())) {
            findings.add(
                    StructuralDifference.Kind.STORAGE,
                    ATTENTION,
                    two.told(Normed::way, (b, a) -> Sentences.instead("would normalise queries and keys " + b, a)),
                    1);
        }
    }

    private static boolean isLatent(Layered<Normed> norms) {
        return norms.layers().kinds().stream()
                .allMatch(layer -> AttentionTraits.Mechanism.of(layer.attention()) == AttentionTraits.Mechanism.LATENT);
    }

    private static String added(Findings.Two<Normed> two) {
        return "normalises " + two.to().text(Normed::text);
    }

    private static String removed(Findings.Two<Normed> two) {
        return isLatent(two.to())
                ? "normalises the latents instead of queries and keys"
                : "does not normalise "
                        + two.from()
                                .having(norms -> Optional.of(norms).filter(Normed::any))
                                .text(Normed::whatText);
    }

    /** Both models normalise something: what changed alone, where that can be said. */
    private static String changed(Findings.Two<Normed> two) {
        var before = two.from().only();
        var now = two.to().only();
        if (before.isEmpty() || now.isEmpty()) {
            return two.told(Normed::text, (b, a) -> Sentences.instead("normalises " + b, a));
        }
        var a = before.get();
        var b = now.get();
        if (a.way().equals(b.way())) {
            boolean fewer = a.what().containsAll(b.what());
            boolean more = b.what().containsAll(a.what());
            return "normalises " + (fewer ? "only " : "") + b.whatText() + " instead of " + (more ? "only " : "")
                    + a.whatText();
        }
        if (!a.what().equals(b.what())) {
            return Sentences.instead("normalises " + b.text(), a.text());
        }
        String what = "normalises " + b.whatText() + " ";
        if (a.order() == b.order()) {
            return what + b.width() + " instead of " + a.width();
        }
        return what
                + (a.span() == b.span()
                        ? b.moment() + " instead of " + a.moment()
                        : Sentences.instead(b.way(), a.way()));
    }
}
