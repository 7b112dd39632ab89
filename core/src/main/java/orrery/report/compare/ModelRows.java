package orrery.report.compare;

import static orrery.report.compare.Topic.EMBEDDING;
import static orrery.report.compare.Topic.FEED_FORWARD;
import static orrery.report.compare.Topic.NORMS;
import static orrery.report.compare.Topic.SHAPE;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import orrery.report.LayerKinds;
import orrery.report.Numbers;
import orrery.report.Phrases;
import orrery.report.compare.StructuralDifference.Side;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.NormSpec;

/** The rows about everything but attention and what it costs. */
final class ModelRows {
    private ModelRows() {}

    static void shape(RowList rows) {
        rows.number(SHAPE, "layers", side -> side.layers().count(), Numbers::plain);
        rows.words(SHAPE, "kinds of layer", side -> LayerKinds.of(side.spec()).folded());
        rows.number(SHAPE, "hidden size", side -> side.spec().hiddenSize(), Numbers::plain);
        rows.number(SHAPE, "longest context", side -> side.spec().maxPositions(), Numbers::plain);
        rows.numbers(
                SHAPE,
                "residual streams",
                layer -> StreamTraits.altUp(layer).map(one -> one.streams().count()));
        rows.numbers(
                SHAPE,
                "low-rank shortcut",
                layer -> StreamTraits.altUp(layer).map(one -> one.laurel().rank()));
        rows.words(SHAPE, "guesses ahead", side -> side.spec().draft().isPresent() ? "one token" : "");
    }

    static void feedForward(RowList rows) {
        rows.numbers(
                FEED_FORWARD,
                "dense width",
                layer -> FeedForwardTraits.dense(layer).map(FeedForward::intermediateSize));
        rows.layered(FEED_FORWARD, "experts", FeedForwardTraits::experts, one -> one.active() + " of " + one.count());
        rows.words(FEED_FORWARD, "on", side -> {
            var sparse = side.layers()
                    .where(layer -> FeedForwardTraits.experts(layer).isPresent());
            return sparse.isEmpty() ? "" : side.layers().byPlace(sparse);
        });
        rows.numbers(
                FEED_FORWARD,
                "width of an expert",
                layer ->
                        FeedForwardTraits.experts(layer).map(one -> one.expert().intermediateSize()));
        rows.numbers(
                FEED_FORWARD,
                "width of the shared",
                layer -> FeedForwardTraits.shared(layer).map(FeedForward::intermediateSize));
        rows.layered(
                FEED_FORWARD,
                "router",
                layer -> FeedForwardTraits.experts(layer).map(Experts::router),
                Phrases::router);
        rows.layered(
                FEED_FORWARD, "activation", layer -> Optional.of(FeedForwardTraits.main(layer)), ModelRows::activation);
        rows.layered(
                FEED_FORWARD,
                "biases",
                layer -> Optional.of(FeedForwardTraits.main(layer).bias()),
                has -> has ? "yes" : "no");
    }

    private static String activation(FeedForward any) {
        return Phrases.activation(any.activation())
                + (any.gated() ? ", gated" : ", no gate")
                + (any.sparsity() > 0 ? ", " + Numbers.plain(100 * any.sparsity()) + " % cut" : "");
    }

    static void norms(RowList rows) {
        rows.words(NORMS, "place", side -> NormPlacement.text(side.layers()));
        rows.words(NORMS, "kind", side -> kinds(side, NormTraits::title));
        rows.words(
                NORMS,
                "epsilon",
                side -> kinds(side, norm -> NormTraits.epsilon(norm).map(Numbers::plain)));
    }

    private static String kinds(Side side, Function<NormSpec, Optional<String>> word) {
        var words = new LinkedHashSet<String>();
        var layers = side.spec().layers().stream()
                .flatMap(layer -> Stream.of(layer.mixer(), layer.feedForward()))
                .flatMap(branch -> Stream.of(branch.before(), branch.after(), branch.outer()));
        Stream.concat(layers, Stream.of(side.spec().finalNorm()))
                .filter(norm -> !norm.equals(NormSpec.NONE))
                .flatMap(norm -> word.apply(norm).stream())
                .forEach(words::add);
        return String.join(" and ", words);
    }

    static void embedding(RowList rows) {
        rows.number(EMBEDDING, "vocabulary", side -> side.spec().vocabSize(), Numbers::plain);
        rows.some(
                EMBEDDING,
                "learned positions",
                side -> positive(side.spec().embedding().learnedPositions()),
                Numbers::plain);
        rows.words(EMBEDDING, "embedding", side -> EmbeddingTraits.scale(side.spec()));
        rows.words(EMBEDDING, "output matrix", side -> side.spec().head().tied() ? "the embedding's" : "its own");
        rows.some(EMBEDDING, "logit cap", side -> positive(side.spec().head().softcap()), Numbers::plain);
        rows.some(
                EMBEDDING,
                "per-layer embedding",
                side -> EmbeddingTraits.perLayer(side.spec())
                        .map(table -> OptionalDouble.of(table.size()))
                        .orElse(OptionalDouble.empty()),
                Numbers::plain);
    }

    private static OptionalDouble positive(double number) {
        return number > 0 ? OptionalDouble.of(number) : OptionalDouble.empty();
    }
}
