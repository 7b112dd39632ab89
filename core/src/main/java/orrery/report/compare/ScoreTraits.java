package orrery.report.compare;

import static orrery.report.compare.Topic.ATTENTION;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.report.Numbers;
import orrery.report.Phrases;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Scores;

/** What happens to queries, keys and their products before the softmax. */
final class ScoreTraits {
    private ScoreTraits() {}

    /** Which of the three are normalised, and how; the way matters where none is, too, or two specs would be told as the same. */
    private record Normed(List<String> what, HeadNorms.Span span, HeadNorms.Order order) {
        static Normed of(HeadNorms norms) {
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

        String text() {
            return any() ? Sentences.listed(what) + " " + way() : "nothing";
        }

        String way() {
            return switch (span) {
                        case HEAD -> "head by head, ";
                        case PROJECTION -> "over all heads together, ";
                    }
                    + switch (order) {
                        case BEFORE_ROPE -> "before RoPE";
                        case AFTER_ROPE -> "after RoPE";
                    };
        }
    }

    private static HeadNorms headNorms(Op.Attention op) {
        return switch (op) {
            case GroupedQuery grouped -> grouped.norms();
            case Latent _ -> HeadNorms.NONE;
        };
    }

    static void headNorms(Findings findings) {
        var two = findings.everywhere(layer -> Normed.of(headNorms(layer.attention())));
        if (two.agree()) {
            return;
        }
        var none = two.as(Normed::any);
        boolean latent = two.to().layers().all().stream().allMatch(layer -> layer.attention() instanceof Latent);
        if (none.from().values().containsValue(true) || none.to().values().containsValue(true)) {
            boolean now = none.to().values().containsValue(true);
            String sentence;
            if (!now) {
                sentence = latent
                        ? "normalises the latents instead of queries and keys"
                        : "does not normalise " + normalised(two.from());
            } else if (none.from().values().containsValue(true)) {
                sentence = two.told(Normed::text, (b, a) -> Sentences.instead("normalises " + b, a));
            } else {
                sentence = "normalises " + two.to().text(Normed::text).replace(" and nothing on", ", but nothing on");
            }
            findings.structure(ATTENTION, sentence);
        } else if (!latent) {
            findings.add(
                    StructuralDifference.Kind.STORAGE,
                    ATTENTION,
                    two.told(Normed::way, (b, a) -> Sentences.instead("would normalise queries and keys " + b, a)),
                    1);
        }
    }

    private static String normalised(Layered<Normed> norms) {
        return norms.values().values().stream()
                .filter(Normed::any)
                .findFirst()
                .map(one -> Sentences.listed(one.what()))
                .orElse("nothing");
    }

    /** Where scores are not divided by the root of the head size: by what. */
    private static Optional<Double> unusual(Op.Attention op) {
        int size = switch (op) {
            case GroupedQuery grouped -> grouped.heads().size();
            case Latent latent -> latent.querySize();
        };
        double scale = Phrases.scores(op).scale();
        return scale == 1 / Math.sqrt(size) || scale == Math.pow(size, -0.5) ? Optional.empty() : Optional.of(scale);
    }

    /** What is normalised, for a table; nothing where nothing is. */
    static String normalised(Layers layers) {
        var norms = Layered.of(layers, layer -> Optional.of(Normed.of(headNorms(layer.attention()))));
        return norms.values().values().stream().anyMatch(Normed::any) ? norms.text(Normed::text) : "";
    }

    static String scale(Op.Attention op) {
        return scale(unusual(op));
    }

    private static String scale(Optional<Double> unusual) {
        if (unusual.isEmpty()) {
            return "scores divided by the root of the head size";
        }
        double scale = unusual.get();
        double under = 1 / (scale * scale);
        return Math.abs(under - Math.rint(under)) < 1e-6 * under && under > 1.5
                ? "scores divided by √" + Numbers.exact(Math.round(under))
                : scale == 1 ? "scores as they are" : "scores multiplied by " + Numbers.plain(scale);
    }

    static void scores(Findings findings) {
        var caps =
                findings.everywhere(layer -> Phrases.scores(layer.attention()).softcap());
        if (caps.as(cap -> cap > 0).agree()) {
            findings.size(
                    ATTENTION,
                    layer -> Optional.of(Phrases.scores(layer.attention()).softcap()),
                    (b, a) -> Sentences.instead("attention scores capped softly at " + b, a));
        } else {
            findings.structure(ATTENTION, caps, ScoreTraits::cap, (b, _) -> b);
        }
        temperatures(findings);
        scales(findings);
    }

    private static String cap(double softcap) {
        return softcap > 0
                ? "caps attention scores softly at " + Numbers.plain(softcap)
                : "does not cap attention scores";
    }

    private static void temperatures(Findings findings) {
        var two = findings.everywhere(layer -> Phrases.scores(layer.attention()).temperature());
        boolean alike = two.as(Object::getClass).agree();
        if (!two.agree()) {
            findings.add(
                    alike ? StructuralDifference.Kind.SIZE : StructuralDifference.Kind.STRUCTURE,
                    ATTENTION,
                    two.told(ScoreTraits::temperature, (b, a) -> Sentences.instead(b, a)),
                    1);
        }
    }

    private static String temperature(Scores.Temperature temperature) {
        return switch (temperature) {
            case Scores.Temperature.None _ -> "queries as long at every position";
            case Scores.Temperature.Tuned(var scale, var floor) ->
                "queries that grow with their position p by 1 + " + Numbers.plain(scale) + " ln(1 + floor((p + 1) / "
                        + Numbers.exact(floor) + "))";
        };
    }

    private static void scales(Findings findings) {
        var two = findings.everywhere(layer -> unusual(layer.attention()));
        if (!two.agree()) {
            boolean alike = two.as(Optional::isPresent).agree();
            findings.add(
                    alike ? StructuralDifference.Kind.SIZE : StructuralDifference.Kind.STRUCTURE,
                    ATTENTION,
                    two.told(
                            ScoreTraits::scale,
                            (b, a) ->
                                    Sentences.instead(b, a, "scores divided by ", "scores multiplied by ", "scores ")),
                    1);
        }
    }
}
