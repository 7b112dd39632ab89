package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.report.Numbers;
import orrery.spec.CacheSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.Scores;

/** Attention as a box. */
final class AttentionBox {
    private AttentionBox() {}

    /** @param learnedPositions whether the embedding has told positions already */
    static Box of(Op.Attention op, int hiddenSize, boolean learnedPositions) {
        var lines = new ArrayList<Box.Line>();
        String title = switch (op) {
            case GroupedQuery grouped -> {
                grouped(grouped, learnedPositions, lines);
                yield title(grouped.heads());
            }
            case Latent latent -> {
                latent(latent, lines);
                yield "Multi-head latent attention";
            }
        };
        return new Box(
                Role.ATTENTION,
                title,
                Phrase.count(op.weights(hiddenSize)),
                lines,
                Optional.empty(),
                Optional.of(cache(op.cache())));
    }

    static String title(Heads heads) {
        if (heads.keyValue() == heads.query()) {
            return "Multi-head attention";
        }
        return heads.keyValue() == 1 ? "Multi-query attention" : "Grouped-query attention";
    }

    static String cache(CacheSpec cache) {
        return switch (cache) {
            case CacheSpec.PerToken kept -> "KV cache: " + Numbers.exact(kept.elementsPerToken()) + " values a token";
            case CacheSpec.PerSequence(var elements) -> "state: " + Numbers.exact(elements) + " values a sequence";
            case CacheSpec.Borrowed(var lender) -> "reads the KV cache of layer " + lender;
            case CacheSpec.None _ -> "keeps nothing of the past";
        };
    }

    private static void grouped(GroupedQuery op, boolean learnedPositions, List<Box.Line> lines) {
        var heads = op.heads();
        lines.add(new Box.Line(
                "heads",
                Numbers.count(heads.query(), "head") + " of " + Numbers.exact(heads.size())
                        + (heads.keyValue() == heads.query()
                                ? ""
                                : " · " + Numbers.count(heads.keyValue(), "KV head"))));
        lines.add(new Box.Line("reach", Phrase.reach(op.reach())));
        switch (op.position()) {
            case Position.None _ ->
                lines.add(new Box.Line(
                        "position", learnedPositions ? "positions come with the embedding" : "no positions (NoPE)"));
            case Position.Rope rope -> rope(rope, heads.size(), lines);
        }
        norms(op.norms(), lines);
        scores(op.scores(), heads.size(), lines);
        if (op.bias()) {
            lines.add(new Box.Line("bias", "with biases"));
        }
    }

    private static void latent(Latent op, List<Box.Line> lines) {
        int rotary = op.rope().dimensions();
        lines.add(new Box.Line("heads", Numbers.count(op.queryHeads(), "head")));
        lines.add(new Box.Line(
                "head size", "query and key " + op.nopeSize() + " + " + rotary + " rotary, value " + op.valueSize()));
        lines.add(new Box.Line("latent", "latent of keys and values: " + Numbers.exact(op.latentRank())));
        lines.add(new Box.Line(
                "query latent",
                op.queryRank().isPresent()
                        ? "latent of queries: " + Numbers.exact(op.queryRank().getAsInt())
                        : "queries without a latent"));
        lines.add(new Box.Line("norms", Phrase.norm(op.norm()) + " on the latents"));
        lines.add(new Box.Line("reach", Phrase.reach(Reach.FULL)));
        rope(op.rope(), op.querySize(), lines);
        scores(op.scores(), op.querySize(), lines);
    }

    private static void rope(Position.Rope rope, int size, List<Box.Line> lines) {
        lines.add(new Box.Line(
                "position",
                "RoPE, theta " + Numbers.plain(rope.theta())
                        + (rope.dimensions() == size ? "" : ", on " + rope.dimensions() + " of " + size)));
        String scaling = Phrase.scaling(rope.scaling());
        if (!scaling.isEmpty()) {
            lines.add(new Box.Line("scaling", scaling));
        }
    }

    private static void norms(HeadNorms norms, List<Box.Line> lines) {
        var on = Stream.of(
                        norms.query().equals(NormSpec.NONE) ? "" : "Q",
                        norms.key().equals(NormSpec.NONE) ? "" : "K",
                        norms.value().equals(NormSpec.NONE) ? "" : "V")
                .collect(Collectors.joining());
        if (on.isEmpty()) {
            return;
        }
        String span = switch (norms.span()) {
            case HEAD -> "per head";
            case PROJECTION -> "over all heads";
        };
        String order = switch (norms.order()) {
            case BEFORE_ROPE -> "";
            case AFTER_ROPE -> ", after RoPE";
        };
        var kind = Stream.of(norms.query(), norms.key(), norms.value())
                .filter(norm -> !norm.equals(NormSpec.NONE))
                .map(Phrase::norm)
                .distinct()
                .collect(Collectors.joining(" and "));
        lines.add(new Box.Line("norms", on + "-norm: " + kind + " " + span + order));
    }

    private static void scores(Scores scores, int size, List<Box.Line> lines) {
        if (Math.abs(scores.scale() * Math.sqrt(size) - 1) > 1e-6) {
            double under = 1 / (scores.scale() * scores.scale());
            boolean root = Math.abs(under - Math.rint(under)) < 1e-6 * under && under > 1.5;
            String scale = root ? "over √" + Numbers.exact(Math.round(under)) : "× " + Numbers.plain(scores.scale());
            lines.add(new Box.Line("scale", scores.scale() == 1 ? "scores as they are" : "scores " + scale));
        }
        if (scores.softcap() > 0) {
            lines.add(new Box.Line("softcap", "scores capped softly at " + Numbers.plain(scores.softcap())));
        }
        switch (scores.temperature()) {
            case Scores.Temperature.None _ -> {}
            case Scores.Temperature.Tuned(var _, var floor) ->
                lines.add(new Box.Line("temperature", "queries grow every " + Numbers.count(floor, "position")));
        }
    }
}
