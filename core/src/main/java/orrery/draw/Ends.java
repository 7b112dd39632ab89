package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Draft;
import orrery.spec.EmbeddingSpec;
import orrery.spec.NormSpec;
import orrery.spec.Streams;
import orrery.spec.WeightSpec;

/** What stands below the layers and above them. */
final class Ends {
    private Ends() {}

    /** From token ids to the first layer. */
    static List<Part> entry(ArchitectureSpec spec) {
        var parts = new ArrayList<Part>();
        var embedding = spec.embedding();
        switch (embedding.perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> {}
            case EmbeddingSpec.PerLayer.Table table ->
                parts.add(new Part.Boxed(Slot.PER_LAYER_TABLE, perLayer(spec, table)));
        }
        parts.add(new Part.Word(Slot.TOKEN_IDS, "token ids"));
        String table = Numbers.exact(spec.vocabSize()) + " × " + Numbers.exact(spec.hiddenSize());
        parts.add(new Part.Boxed(
                Slot.TOKENS,
                Box.of(
                        Role.EMBEDDING,
                        "Token embedding",
                        count(spec, "embedding.tokens"),
                        new Box.Line(
                                "table",
                                table
                                        + (embedding.scale() == 1
                                                ? ""
                                                : ", times "
                                                        + Numbers.plain(Math.rint(embedding.scale() * 100) / 100))))));
        if (embedding.learnedPositions() > 0) {
            parts.add(new Part.Boxed(
                    Slot.POSITIONS,
                    Box.of(
                            Role.EMBEDDING,
                            "Learned positions, added",
                            count(spec, "embedding.positions"),
                            new Box.Line(
                                    "table",
                                    Numbers.exact(embedding.learnedPositions()) + " × "
                                            + Numbers.exact(spec.hiddenSize())))));
        }
        switch (spec.layers().getFirst().streams()) {
            case Streams.Single _ -> {}
            case Streams.Parallel parallel ->
                parts.add(new Part.Boxed(
                        Slot.SPREAD,
                        Box.of(
                                Role.PLAIN,
                                "Spread over " + parallel.count() + " streams (AltUp)",
                                count(spec, "streams.spread"))));
        }
        return List.copyOf(parts);
    }

    private static Box perLayer(ArchitectureSpec spec, EmbeddingSpec.PerLayer.Table table) {
        return Box.of(
                Role.EMBEDDING,
                "Per-layer embeddings",
                count(spec, "embedding.per_layer."),
                new Box.Line(
                        "tables",
                        Numbers.count(spec.layers().size(), "table") + " of " + Numbers.exact(table.vocabSize()) + " × "
                                + Numbers.exact(table.size())),
                new Box.Line("projection", "plus a projection of the embedding, with " + Words.norm(table.norm())));
    }

    /** From the last layer to logits. */
    static List<Part> exit(ArchitectureSpec spec) {
        var parts = new ArrayList<Part>();
        switch (spec.layers().getFirst().streams()) {
            case Streams.Single _ -> {}
            case Streams.Parallel parallel ->
                parts.add(new Part.Boxed(
                        Slot.GATHER,
                        Box.of(Role.PLAIN, "Gather " + parallel.count() + " streams", count(spec, "streams.gather"))));
        }
        if (!spec.finalNorm().equals(NormSpec.NONE)) {
            parts.add(new Part.Boxed(Slot.FINAL_NORM, DrawnBlock.norm(spec.finalNorm(), spec.hiddenSize())));
        }
        var lines = new ArrayList<Box.Line>();
        lines.add(new Box.Line("table", Numbers.exact(spec.hiddenSize()) + " → " + Numbers.exact(spec.vocabSize())));
        if (spec.head().tied()) {
            lines.add(new Box.Line("tied", "tied output head"));
        }
        if (spec.head().softcap() > 0) {
            lines.add(new Box.Line(
                    "softcap",
                    "logits capped softly at " + Numbers.plain(spec.head().softcap())));
        }
        String count = spec.head().tied() ? "tied" : count(spec, "head.");
        parts.add(new Part.Boxed(Slot.HEAD, Box.of(Role.EMBEDDING, "Head", count, lines.toArray(Box.Line[]::new))));
        parts.add(new Part.Word(Slot.LOGITS, Numbers.exact(spec.vocabSize()) + " logits"));
        return List.copyOf(parts);
    }

    /**
     * A draft, from below. A layer that is built as one of the model's is not drawn again.
     */
    static DrawnBlock draft(ArchitectureSpec spec, Draft draft) {
        int size = spec.hiddenSize();
        var weights = spec.draftWeights();
        var parts = new ArrayList<Part>();
        parts.add(new Part.Boxed(
                Slot.DRAFT,
                Box.of(
                        Role.NORM,
                        Words.norm(draft.norm()) + ", one each",
                        count(weights, "draft.embedding_norm", "draft.hidden_norm"),
                        new Box.Line("input", "the final hidden state, and the"),
                        new Box.Line("next", "embedding of the token that followed"))));
        parts.add(new Part.Boxed(
                Slot.DRAFT,
                Box.of(
                        Role.PLAIN,
                        "Project",
                        count(weights, "draft.project"),
                        new Box.Line("width", "2 × " + Numbers.exact(size) + " → " + Numbers.exact(size)))));
        int like = spec.layers().lastIndexOf(draft.layer());
        if (like < 0) {
            parts.addAll(DrawnBlock.parts(draft.layer(), size, spec.embedding()));
        } else {
            parts.add(new Part.Boxed(
                    Slot.DRAFT,
                    Box.of(
                            Role.PLAIN,
                            "One more layer",
                            count(weights, "draft.layer."),
                            new Box.Line("like", "built as layer " + like + ", with weights of its own"))));
        }
        parts.add(new Part.Boxed(Slot.DRAFT, DrawnBlock.norm(draft.norm(), size)));
        parts.add(new Part.Word(Slot.DRAFT, "the same head: the token after the next"));
        return new DrawnBlock(1, "MTP layer", Phrase.count(spec.draftParameters()), parts);
    }

    private static String count(ArchitectureSpec spec, String... paths) {
        return count(spec.weights(), paths);
    }

    private static String count(SequencedMap<String, WeightSpec> weights, String... paths) {
        return Phrase.count(
                Phrase.weights(weights, path -> List.of(paths).stream().anyMatch(path::startsWith)));
    }
}
