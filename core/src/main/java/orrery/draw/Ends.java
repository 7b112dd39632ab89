package orrery.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import orrery.draw.Box.Line;
import orrery.report.Numbers;
import orrery.report.Words;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Draft;
import orrery.spec.EmbeddingSpec;
import orrery.spec.NormSpec;
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
            case EmbeddingSpec.PerLayer.Table table -> parts.add(perLayer(spec, table));
        }
        parts.add(new Part.Word(Slot.TOKEN_IDS, "token ids"));
        String hidden = " × " + Numbers.exact(spec.hiddenSize());
        String times =
                embedding.scale() == 1 ? "" : ", times " + Numbers.plain(Math.rint(embedding.scale() * 100) / 100);
        var table = new Line("table", Numbers.exact(spec.vocabSize()) + hidden + times);
        parts.add(Part.box(Slot.TOKENS, Role.EMBEDDING, "Token embedding", count(spec, "embedding.tokens"), table));
        if (embedding.learnedPositions() > 0) {
            var learned = new Line("table", Numbers.exact(embedding.learnedPositions()) + hidden);
            String count = count(spec, "embedding.positions");
            parts.add(Part.box(Slot.POSITIONS, Role.EMBEDDING, "Learned positions, added", count, learned));
        }
        int streams = spec.layers().getFirst().streams().count();
        if (streams > 1) {
            String title = "Spread over " + streams + " streams (AltUp)";
            parts.add(Part.box(Slot.SPREAD, Role.PLAIN, title, count(spec, "streams.spread")));
        }
        return List.copyOf(parts);
    }

    private static Part perLayer(ArchitectureSpec spec, EmbeddingSpec.PerLayer.Table table) {
        String tables = Numbers.count(spec.layers().size(), "table") + " of " + Numbers.exact(table.vocabSize()) + " × "
                + Numbers.exact(table.size());
        return Part.box(
                Slot.PER_LAYER_TABLE,
                Role.EMBEDDING,
                "Per-layer embeddings",
                count(spec, "embedding.per_layer."),
                new Line("tables", tables),
                new Line("projection", "plus a projection of the embedding, with " + Words.norm(table.norm())));
    }

    /** From the last layer to logits. */
    static List<Part> exit(ArchitectureSpec spec) {
        var parts = new ArrayList<Part>();
        int streams = spec.layers().getFirst().streams().count();
        if (streams > 1) {
            String count = count(spec, "streams.gather");
            parts.add(Part.box(Slot.GATHER, Role.PLAIN, "Gather " + streams + " streams", count));
        }
        if (!spec.finalNorm().equals(NormSpec.NONE)) {
            parts.add(new Part.Boxed(Slot.FINAL_NORM, DrawnBlock.norm(spec.finalNorm(), spec.hiddenSize())));
        }
        var head = spec.head();
        var lines = new ArrayList<Line>();
        lines.add(new Line("table", Numbers.exact(spec.hiddenSize()) + " → " + Numbers.exact(spec.vocabSize())));
        if (head.tied()) {
            lines.add(new Line("tied", "tied output head"));
        }
        if (head.softcap() > 0) {
            lines.add(new Line("softcap", "logits capped softly at " + Numbers.plain(head.softcap())));
        }
        String count = head.tied() ? "tied" : count(spec, "head.");
        parts.add(Part.box(Slot.HEAD, Role.EMBEDDING, "Head", count, lines.toArray(Line[]::new)));
        parts.add(new Part.Word(Slot.LOGITS, Numbers.exact(spec.vocabSize()) + " logits"));
        return List.copyOf(parts);
    }

    /** A draft, from below. A layer that is built as one of the model's is not drawn again. */
    static DrawnBlock draft(ArchitectureSpec spec, Draft draft) {
        int size = spec.hiddenSize();
        var weights = spec.draftWeights();
        var parts = new ArrayList<Part>();
        parts.add(Part.box(
                Slot.DRAFT,
                Role.NORM,
                Words.norm(draft.norm()) + ", one each",
                count(weights, "draft.embedding_norm", "draft.hidden_norm"),
                new Line("input", "the final hidden state, and the"),
                new Line("next", "embedding of the token that followed")));
        var width = new Line("width", "2 × " + Numbers.exact(size) + " → " + Numbers.exact(size));
        parts.add(Part.box(Slot.DRAFT, Role.PLAIN, "Project", count(weights, "draft.project"), width));
        int like = spec.layers().lastIndexOf(draft.layer());
        if (like < 0) {
            parts.addAll(DrawnBlock.parts(draft.layer(), size, spec.embedding()));
        } else {
            var same = new Line("like", "built as layer " + like + ", with weights of its own");
            parts.add(Part.box(Slot.DRAFT, Role.PLAIN, "One more layer", count(weights, "draft.layer."), same));
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
