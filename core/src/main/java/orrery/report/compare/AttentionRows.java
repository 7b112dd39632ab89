package orrery.report.compare;

import static orrery.report.compare.Topic.ATTENTION;

import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;
import orrery.report.Numbers;
import orrery.report.Phrases;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.Scores;

/** The rows about attention. */
final class AttentionRows {
    private AttentionRows() {}

    static void add(RowList rows) {
        rows.layered(
                ATTENTION,
                "kind",
                layer -> Optional.of(AttentionTraits.Mechanism.of(layer.attention())),
                mechanism -> mechanism.title);
        rows.numbers(
                ATTENTION, "query heads", layer -> Optional.of(layer.attention().queryHeads()));
        rows.numbers(
                ATTENTION,
                "key-value heads",
                AttentionTraits.ofGrouped(op -> op.heads().keyValue()));
        rows.layered(ATTENTION, "head size", layer -> Optional.of(layer.attention()), AttentionRows::headSize);
        rows.numbers(ATTENTION, "key-value latent", AttentionTraits.ofLatent(Latent::latentRank));
        rows.layered(
                ATTENTION,
                "query latent",
                AttentionTraits.ofLatent(Latent::queryRank),
                rank -> rank.isPresent() ? Numbers.exact(rank.getAsInt()) : "none");
        rows.words(ATTENTION, "reach", side -> reach(side.layers()));
        rows.words(ATTENTION, "borrowed keys, values", side -> {
            var borrowing = side.layers().where(layer -> Phrases.borrows(layer.attention()));
            return borrowing.isEmpty() ? "" : side.layers().byPlace(borrowing);
        });
        positions(rows);
        scores(rows);
        rows.layered(ATTENTION, "biases", layer -> Optional.of(layer.attention().bias()), has -> has ? "yes" : "no");
    }

    private static void positions(RowList rows) {
        rows.layered(
                ATTENTION, "RoPE theta", layer -> PositionTraits.rope(layer).map(Position.Rope::theta), Numbers::plain);
        rows.layered(
                ATTENTION,
                "rotated",
                layer -> PositionTraits.rope(layer).map(rope -> part(layer.attention(), rope)),
                Function.identity());
        rows.layered(
                ATTENTION,
                "stretched",
                layer -> PositionTraits.rope(layer).map(Position.Rope::scaling),
                scaling -> Phrases.stretched(scaling).replaceFirst("^stretched ", ""));
        rows.words(ATTENTION, "without RoPE", side -> {
            var without =
                    side.layers().where(layer -> PositionTraits.rope(layer).isEmpty());
            return without.isEmpty() ? "" : side.layers().byPlace(without);
        });
    }

    private static void scores(RowList rows) {
        rows.words(ATTENTION, "normalised", side -> HeadNormTraits.text(side.layers()));
        rows.layered(ATTENTION, "scores", layer -> Optional.of(layer.attention()), ScoreTraits::scale);
        rows.numbers(
                ATTENTION,
                "score cap",
                layer -> Optional.of(layer.attention().scores().softcap()).filter(cap -> cap > 0));
        rows.layered(
                ATTENTION,
                "growing queries",
                layer -> growth(layer.attention().scores().temperature()),
                Function.identity());
    }

    private static Optional<String> growth(Scores.Temperature temperature) {
        return switch (temperature) {
            case Scores.Temperature.None _ -> Optional.empty();
            case Scores.Temperature.Tuned(var scale, var floor) ->
                Optional.of("by " + Numbers.plain(scale) + " ln, every " + Numbers.exact(floor) + " tokens");
        };
    }

    private static String headSize(Op.Attention op) {
        return switch (op) {
            case GroupedQuery grouped -> Numbers.exact(grouped.heads().size());
            case Latent latent ->
                latent.nopeSize() + " + " + latent.rope().dimensions() + ", values " + latent.valueSize();
        };
    }

    private static String part(Op.Attention op, Position.Rope rope) {
        int size = op.querySize();
        return rope.dimensions() == size ? "whole head" : rope.dimensions() + " of " + size;
    }

    /** Each kind of reach with the layers that have it; by what they see they cannot be named here. */
    private static String reach(Layers layers) {
        var kinds = Layered.of(layers, layer -> Optional.of(layer.attention().reach()))
                .places();
        if (kinds.size() == 1) {
            return reach(kinds.keySet().iterator().next());
        }
        var parts = new ArrayList<String>();
        kinds.forEach((reach, of) -> parts.add(reach(reach) + " on " + layers.byPlace(of)));
        return String.join("; ", parts);
    }

    private static String reach(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> "all tokens";
            case Reach.Window(var tokens) -> "last " + Numbers.exact(tokens);
            case Reach.Chunk(var tokens) -> "chunk of " + Numbers.exact(tokens);
        };
    }
}
