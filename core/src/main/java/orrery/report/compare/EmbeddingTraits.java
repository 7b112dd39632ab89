package orrery.report.compare;

import static orrery.report.compare.Topic.EMBEDDING;
import static orrery.report.compare.Topic.SHAPE;

import java.util.Optional;
import orrery.report.Numbers;
import orrery.report.compare.StructuralDifference.Side;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;

/** How two models differ outside of their layers. */
final class EmbeddingTraits {
    private EmbeddingTraits() {}

    /** The sizes that say most. */
    static void shape(Side from, Side to, Findings findings) {
        findings.size(
                SHAPE,
                from.layers().count(),
                to.layers().count(),
                (b, a) -> Sentences.instead(b + (b.equals("1") ? " layer" : " layers"), a));
        findings.size(
                SHAPE,
                from.spec().hiddenSize(),
                to.spec().hiddenSize(),
                (b, a) -> Sentences.instead("hidden size " + b, a));
    }

    static Optional<EmbeddingSpec.PerLayer.Table> perLayer(ArchitectureSpec spec) {
        return switch (spec.embedding().perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> Optional.empty();
            case EmbeddingSpec.PerLayer.Table table -> Optional.of(table);
        };
    }

    /** A second embedding for each layer. */
    static void perLayer(Side from, Side to, Findings findings) {
        var before = perLayer(from.spec());
        var now = perLayer(to.spec());
        if (before.isEmpty() && now.isPresent()) {
            findings.structure(
                    EMBEDDING,
                    "adds per-layer embeddings: " + Numbers.exact(now.get().size())
                            + " numbers for every layer, looked up by token");
        } else if (before.isPresent() && now.isEmpty()) {
            findings.structure(EMBEDDING, "has no per-layer embeddings");
        } else if (before.isPresent()) {
            findings.size(
                    EMBEDDING,
                    before.get().size(),
                    now.get().size(),
                    (b, a) -> Sentences.instead("per-layer embeddings of " + b, a));
            findings.size(
                    EMBEDDING,
                    before.get().vocabSize(),
                    now.get().vocabSize(),
                    (b, a) -> Sentences.instead("per-layer embeddings of " + b + " tokens", a));
        }
    }

    static void compare(Side from, Side to, Findings findings) {
        var one = from.spec();
        var other = to.spec();
        positions(one.embedding().learnedPositions(), other.embedding().learnedPositions(), findings);
        scale(one, other, findings);
        if (one.head().tied() != other.head().tied()) {
            findings.structure(
                    EMBEDDING,
                    other.head().tied()
                            ? "uses the embedding as output matrix, too"
                            : "has an output matrix of its own instead of using the embedding again");
        }
        cap(one.head().softcap(), other.head().softcap(), findings);
        findings.size(
                EMBEDDING,
                one.vocabSize(),
                other.vocabSize(),
                (b, a) -> Sentences.instead("a vocabulary of " + b + " tokens", a));
        findings.size(
                SHAPE,
                one.maxPositions(),
                other.maxPositions(),
                (b, a) -> Sentences.instead("contexts of up to " + b + " tokens", a));
    }

    private static void positions(int before, int now, Findings findings) {
        if ((before > 0) == (now > 0)) {
            findings.size(EMBEDDING, before, now, (b, a) -> Sentences.instead(b + " learned positions", a));
        } else {
            findings.structure(
                    EMBEDDING,
                    now > 0
                            ? "adds a learned vector for each position to the embedding"
                            : "does not add learned positions to the embedding");
        }
    }

    private static void cap(double before, double now, Findings findings) {
        if ((before > 0) == (now > 0)) {
            findings.size(EMBEDDING, before, now, (b, a) -> Sentences.instead("logits capped softly at " + b, a));
        } else {
            findings.structure(
                    EMBEDDING, now > 0 ? "caps the logits softly at " + Numbers.plain(now) : "does not cap the logits");
        }
    }

    /** How embeddings are scaled: by the root of the hidden size, as Gemma does, or by a number of its own. */
    private static boolean byRoot(ArchitectureSpec spec) {
        return spec.embedding().scale() == (float) Math.sqrt(spec.hiddenSize());
    }

    static String scale(ArchitectureSpec spec) {
        float scale = spec.embedding().scale();
        if (scale == 1) {
            return "not scaled";
        }
        return byRoot(spec) ? "times √" + Numbers.exact(spec.hiddenSize()) : "times " + Numbers.plain(scale);
    }

    private static void scale(ArchitectureSpec one, ArchitectureSpec other, Findings findings) {
        if (byRoot(one) && byRoot(other)) {
            return; // it follows from the hidden size
        }
        float before = one.embedding().scale();
        float now = other.embedding().scale();
        if (before == now) {
            return;
        }
        if (now == 1) {
            findings.structure(EMBEDDING, "does not scale embeddings");
        } else if (byRoot(other)) {
            findings.structure(
                    EMBEDDING,
                    "multiplies embeddings by the root of the hidden size (" + Numbers.plain(Math.rint(100 * now) / 100)
                            + ")");
        } else if (before == 1 || byRoot(one)) {
            findings.structure(EMBEDDING, "multiplies embeddings by " + Numbers.plain(now));
        } else {
            findings.size(EMBEDDING, before, now, (b, a) -> Sentences.instead("embeddings multiplied by " + b, a));
        }
    }
}
