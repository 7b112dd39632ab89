package orrery.report.compare;

import static orrery.report.compare.Topic.ATTENTION;

import java.util.Optional;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.report.Phrases;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/** How the attention of two models is told where a token stands. */
final class PositionTraits {
    private PositionTraits() {}

    static Optional<Position.Rope> rope(LayerSpec layer) {
        return layer.attention().position().rope();
    }

    static void rotation(Findings findings) {
        var two = findings.everywhere(layer -> rope(layer).isPresent());
        if (two.agree()) {
            return;
        }
        var before = two.from().layers().where(layer -> rope(layer).isEmpty());
        var now = two.to().layers().where(layer -> rope(layer).isEmpty());
        boolean anyBefore = before.size() < two.from().layers().count();
        boolean anyNow = now.size() < two.to().layers().count();
        String left = two.from().layers().byPlace(before);
        String sentence;
        if (!anyNow) {
            sentence = "does not rotate queries and keys by their position (no RoPE)";
        } else if (now.isEmpty()) {
            sentence = "rotates queries and keys by their position"
                    + (anyBefore ? " on every layer, instead of leaving out RoPE on " + left : " (RoPE)");
        } else {
            sentence = (anyBefore ? "" : "rotates queries and keys by their position (RoPE), but ")
                    + "leaves out RoPE on "
                    + two.to().layers().byPlace(now)
                    + (anyBefore && !before.isEmpty() ? ", instead of " + left : "");
        }
        findings.structure(ATTENTION, sentence);
    }

    static void numbers(Findings findings) {
        Function<LayerSpec, Optional<Double>> theta = layer -> rope(layer).map(Position.Rope::theta);
        var thetas = findings.property(theta);
        if (thetas.from().distinct().size() == thetas.to().distinct().size()) {
            findings.size(ATTENTION, theta, (b, a) -> Sentences.instead("RoPE theta " + b, a));
        } else {
            findings.structure(ATTENTION, thetas, Numbers::plain, (b, a) -> Sentences.instead("RoPE theta " + b, a));
        }
        findings.structure(
                ATTENTION,
                findings.property(PositionTraits::part),
                part -> part == 0 ? "all numbers" : Numbers.exact(part) + " numbers",
                (b, a) -> Sentences.instead("rotates " + b + " of a head", a));
        scaling(findings);
        var pairs = findings.property(layer -> rope(layer).map(Position.Rope::pairing));
        if (!pairs.agree()) {
            findings.add(
                    StructuralDifference.Kind.STORAGE,
                    ATTENTION,
                    pairs.told(
                            PositionTraits::pairing,
                            (b, a) -> Sentences.instead("the two numbers of a RoPE pair lie " + b, a)),
                    1);
        }
    }

    private static String pairing(Position.Pairing pairing) {
        return switch (pairing) {
            case HALVES -> "half a head apart";
            case INTERLEAVED -> "side by side";
        };
    }

    /** How many numbers of a head are rotated, 0 for all; latent attention has a size of its own for that. */
    private static Optional<Integer> part(LayerSpec layer) {
        return switch (layer.attention()) {
            case Latent _ -> Optional.empty();
            case GroupedQuery op ->
                rope(layer).map(rope -> rope.dimensions() == op.querySize() ? 0 : rope.dimensions());
        };
    }

    private static void scaling(Findings findings) {
        var two = findings.property(layer -> rope(layer).map(Position.Rope::scaling));
        if (two.agree()) {
            return;
        }
        boolean alike = two.as(Object::getClass).agree();
        String sentence;
        if (!two.to().as(PositionTraits::stretched).has(true)) {
            sentence = "does not stretch RoPE for longer contexts";
        } else if (!two.from().as(PositionTraits::stretched).has(true)) {
            sentence = "stretches RoPE for longer contexts, "
                    + two.to().text(Phrases::stretched).replaceFirst("^stretched ", "");
        } else {
            sentence = two.told(
                    Phrases::stretched, (b, a) -> Sentences.instead("RoPE " + b, a.replaceFirst("^stretched ", "")));
        }
        findings.add(
                alike ? StructuralDifference.Kind.SIZE : StructuralDifference.Kind.STRUCTURE, ATTENTION, sentence, 1);
    }

    private static boolean stretched(RopeScaling scaling) {
        return !scaling.equals(RopeScaling.NONE);
    }
}
