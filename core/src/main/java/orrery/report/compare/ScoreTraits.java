package orrery.report.compare;

import static orrery.report.compare.Topic.ATTENTION;

import java.util.List;
import java.util.Optional;
import orrery.report.Numbers;
import orrery.report.compare.StructuralDifference.Kind;
import orrery.spec.Op;
import orrery.spec.Scores;

/** What happens to the products of queries and keys before the softmax. */
final class ScoreTraits {
    private ScoreTraits() {}

    static void compare(Findings findings) {
        caps(findings);
        temperatures(findings);
        scales(findings);
    }

    private static void caps(Findings findings) {
        var caps = findings.everywhere(layer -> layer.attention().scores().softcap());
        if (caps.as(cap -> cap > 0).agree()) {
            findings.size(
                    ATTENTION,
                    layer -> Optional.of(layer.attention().scores().softcap()),
                    (b, a) -> Sentences.instead("attention scores capped softly at " + b, a));
        } else {
            boolean now = caps.to().distinct().stream().anyMatch(cap -> cap > 0);
            findings.structure(
                    ATTENTION,
                    now
                            ? "caps attention scores softly " + caps.to().text(ScoreTraits::cap)
                            : "does not cap attention scores");
        }
    }

    private static String cap(double softcap) {
        return softcap > 0 ? "at " + Numbers.plain(softcap) : "";
    }

    private static void temperatures(Findings findings) {
        var two = findings.everywhere(layer -> layer.attention().scores().temperature());
        if (two.agree()) {
            return;
        }
        boolean now = two.to().distinct().stream().anyMatch(one -> !one.equals(Scores.Temperature.NONE));
        findings.add(
                two.as(Object::getClass).agree() ? Kind.SIZE : Kind.STRUCTURE,
                ATTENTION,
                now
                        ? "makes queries grow with their position p, "
                                + two.told(
                                        ScoreTraits::temperature, (b, a) -> a.isEmpty() ? b : Sentences.instead(b, a))
                        : "does not make queries grow with their position",
                1);
    }

    private static String temperature(Scores.Temperature temperature) {
        return switch (temperature) {
            case Scores.Temperature.None _ -> "";
            case Scores.Temperature.Tuned(var scale, var floor) ->
                "by 1 + " + Numbers.plain(scale) + " ln(1 + floor((p + 1) / " + Numbers.exact(floor) + "))";
        };
    }

    private static void scales(Findings findings) {
        var two = findings.everywhere(layer -> unusual(layer.attention()));
        if (!two.agree()) {
            findings.add(
                    two.as(Optional::isPresent).agree() ? Kind.SIZE : Kind.STRUCTURE,
                    ATTENTION,
                    two.told(ScoreTraits::scale, (b, a) -> Sentences.instead(b, insteadOf(b, a))),
                    1);
        }
    }

    /** What scores are multiplied by, where it is not one over the root of the head size. */
    private static Optional<Double> unusual(Op.Attention op) {
        double scale = op.scores().scale();
        return scale == 1 / Math.sqrt(op.querySize()) ? Optional.empty() : Optional.of(scale);
    }

    private static String scale(Optional<Double> unusual) {
        if (unusual.isEmpty()) {
            return "divides scores by the root of the head size";
        }
        double scale = unusual.get();
        double under = 1 / (scale * scale);
        if (Math.abs(under - Math.rint(under)) < 1e-6 * under && under > 1.5) {
            return "divides scores by √" + Numbers.exact(Math.round(under));
        }
        return scale == 1 ? "leaves scores as they are" : "multiplies scores by " + Numbers.plain(scale);
    }

    /** The other way in the words that follow "instead of". */
    private static String insteadOf(String b, String a) {
        for (String way : List.of("divides scores by ", "multiplies scores by ")) {
            if (b.startsWith(way) && a.startsWith(way)) {
                return a.substring(way.length());
            }
        }
        return a.replace("divides scores", "dividing them")
                .replace("multiplies scores", "multiplying them")
                .replace("leaves scores", "leaving them");
    }

    /** For a table: {@code divided by √168}. */
    static String scale(Op.Attention op) {
        return scale(unusual(op))
                .replace("divides scores", "divided")
                .replace("multiplies scores", "multiplied")
                .replace("leaves scores ", "");
    }
}
