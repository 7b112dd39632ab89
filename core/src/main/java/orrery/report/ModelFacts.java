package orrery.report;

import static orrery.report.DataMap.lower;

import java.util.LinkedHashMap;
import java.util.Map;
import orrery.spec.ArchitectureSpec;
import orrery.spec.EmbeddingSpec;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;

/** What there is to know about a model outside of its layers, and about what layers have beside their two branches. */
final class ModelFacts {
    private ModelFacts() {}

    static void add(FactMap facts, ArchitectureSpec spec) {
        facts.number(Property.LAYERS, spec.layers().size());
        String folded = LayerKinds.of(spec).folded();
        facts.form(Property.LAYER_KINDS, folded, folded, "");
        facts.number(Property.HIDDEN_SIZE, spec.hiddenSize());
        Announced.of(spec).contextFact().ifPresent(context -> facts.put(Property.CONTEXT, context));
        facts.number(Property.POSITIONS, spec.maxPositions());
        String draft = Numbers.rounded(spec.draftParameters()) + " parameters, not counted";
        facts.put(Property.MTP, spec.draft().isEmpty() ? FactValue.none() : FactValue.of("one", 1, draft, ""));
        facts.number(Property.VOCABULARY, spec.vocabSize());
        embedding(facts, spec);
        boolean tied = spec.head().tied();
        facts.form(Property.OUTPUT_HEAD, tied, tied ? "tied output head" : "untied output head", tied ? "tied" : "");
        double cap = spec.head().softcap();
        facts.positive(Property.LOGIT_SOFTCAP, cap, "logits softcapped at " + Numbers.plain(cap));
    }

    private static void embedding(FactMap facts, ArchitectureSpec spec) {
        var embedding = spec.embedding();
        float scale = embedding.scale();
        if (scale == 1) {
            facts.none(Property.EMBEDDING_SCALE);
        } else if (scale == (float) Math.sqrt(spec.hiddenSize())) {
            String root = "√" + Numbers.exact(spec.hiddenSize());
            var value = FactValue.of("root", (double) scale, root, "× " + root);
            facts.put(Property.EMBEDDING_SCALE, value.like("root"));
        } else {
            String number = Numbers.plain(scale);
            facts.put(Property.EMBEDDING_SCALE, FactValue.of("number", (double) scale, number, "× " + number));
        }
        facts.positive(Property.LEARNED_POSITIONS, embedding.learnedPositions(), "");
        switch (embedding.perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> facts.none(Property.PER_LAYER_EMBEDDING);
            case EmbeddingSpec.PerLayer.Table(var rows, var size, var _) -> {
                facts.positive(Property.PER_LAYER_EMBEDDING, size, "");
                facts.number(Property.PER_LAYER_ROWS, rows);
            }
        }
    }

    /** Norms that stand outside of the layers, by place. */
    static Map<String, NormSpec> norms(ArchitectureSpec spec) {
        var norms = new LinkedHashMap<String, NormSpec>();
        norms.put("before the output head", spec.finalNorm());
        switch (spec.embedding().perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> {}
            case EmbeddingSpec.PerLayer.Table table -> norms.put("on per-layer embeddings", table.norm());
        }
        return norms;
    }

    /** Residual streams, and what accompanies a layer's branches. */
    static void streams(FactMap facts, LayerSpec layer) {
        switch (layer) {
            case LayerSpec.Residual _ -> {
                facts.put(Property.STREAMS, FactValue.none().with(1));
                facts.none(Property.LAUREL);
            }
            case LayerSpec.AltUp altUp -> {
                int count = altUp.streams().count();
                facts.put(Property.STREAMS, FactValue.of("AltUp", count, Numbers.exact(count) + " (AltUp)", ""));
                facts.number(Property.ACTIVE_STREAM, altUp.streams().active());
                int rank = altUp.laurel().rank();
                facts.put(Property.LAUREL, FactValue.of("rank", rank, "rank " + Numbers.exact(rank), "rank " + rank));
                facts.number(Property.PER_LAYER_INPUT, altUp.input().size());
                var gate = altUp.input().activation();
                String words = Words.activation(gate);
                facts.form(Property.PER_LAYER_GATE, lower(gate), words, words);
            }
        }
    }
}
