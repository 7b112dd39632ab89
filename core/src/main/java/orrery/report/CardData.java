package orrery.report;

import java.util.LinkedHashMap;
import java.util.Map;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;
import orrery.spec.Streams;

/**
 * What a {@link Card} tells, for programs: nested maps, lists, texts, numbers and booleans, with the keys of Hugging
 * Face where it has them.
 */
final class CardData {
    private CardData() {}

    /** Everything about a model. */
    public static Map<String, Object> of(ArchitectureReport report) {
        var spec = report.spec();
        var kinds = LayerKinds.of(spec);
        var table = ParameterTable.of(spec);
        var cache = CacheTable.of(spec);
        var first = spec.layers().getFirst();
        var all = map("name", spec.name(), "family", report.family());
        report.release().ifPresent(release -> all.put("release", CostData.release(release)));
        all.put("num_hidden_layers", spec.layers().size());
        all.put("layers_folded", kinds.folded());
        all.put("layers", kinds.layers().stream().map(pair -> layer(pair)).toList());
        all.put("hidden_size", spec.hiddenSize());
        all.put("vocab_size", spec.vocabSize());
        all.put("max_position_embeddings", spec.maxPositions());
        all.put("embedding", embedding(spec.embedding()));
        all.put("head", map("tied", spec.head().tied(), "softcap", (double)
                spec.head().softcap()));
        all.put("final_norm", norm(spec.finalNorm()));
        all.put("norms", map("attention", norms(first.mixer()), "feed_forward", norms(first.feedForward())));
        if (first.streams() instanceof Streams.Parallel parallel && first instanceof LayerSpec.AltUp layer) {
            all.put("streams", map("count", parallel.count(), "active", parallel.active()));
            all.put("laurel_rank", layer.laurel().rank());
            all.put("per_layer_input_size", layer.input().size());
        }
        all.put("attention", kinds.attention().stream().map(CardData::attention).toList());
        all.put(
                "feed_forward",
                kinds.feedForward().stream().map(CardData::feedForward).toList());
        var parameters = map("total", table.total(), "active", table.active());
        table.rows()
                .forEach(row -> parameters.put(
                        row.part().name().toLowerCase(java.util.Locale.ROOT),
                        map("total", row.total(), "active", row.active())));
        all.put("parameters", parameters);
        all.put("draft_parameters", spec.draftParameters());
        FastMemory.of(spec)
                .ifPresent(memory -> all.put(
                        "fast_memory",
                        map(
                                "effective_parameters",
                                memory.effective(),
                                "per_layer_embedding_parameters",
                                memory.perLayerTable(),
                                "per_layer_embedding_elements_per_token",
                                memory.readPerToken())));
        var nested = report.nested();
        if (!nested.isEmpty()) {
            all.put("nested_models", nested.stream().map(NestedModel::data).toList());
        }
        var remembered = map("elements_per_token", cache.perToken(), "bytes_per_token_bf16", cache.bytesPerToken());
        if (cache.state() > 0) {
            remembered.put("state_elements", cache.state());
        }
        remembered.put(
                "contexts",
                cache.rows().stream()
                        .map(row -> map("tokens", row.tokens(), "elements", row.elements(), "bytes_bf16", row.bytes()))
                        .toList());
        all.put("kv_cache", remembered);
        all.putAll(CostData.of(report));
        all.put(
                "stored_weights",
                report.stored().stream()
                        .map(one -> map(
                                "dtype", one.dtype(),
                                "tensors", one.tensors(),
                                "elements", one.elements(),
                                "bytes", one.bytes()))
                        .toList());
        report.ledger().ifPresent(ledger -> all.put("proof", CostData.proof(ledger)));
        return all;
    }

    private static Map<String, Object> layer(LayerKinds.Pair pair) {
        return map(
                "attention",
                pair.attention().name(),
                "feed_forward",
                pair.feedForward().name());
    }

    private static Map<String, Object> embedding(EmbeddingSpec embedding) {
        var data = map("scale", (double) embedding.scale(), "learned_positions", embedding.learnedPositions());
        switch (embedding.perLayer()) {
            case EmbeddingSpec.PerLayer.None _ -> {}
            case EmbeddingSpec.PerLayer.Table(var rows, var size, var _) ->
                data.put("per_layer", map("vocab_size", rows, "size", size));
        }
        return data;
    }

    private static Map<String, Object> norms(Branch branch) {
        return map("before", norm(branch.before()), "after", norm(branch.after()), "outer", norm(branch.outer()));
    }

    private static Map<String, Object> norm(NormSpec norm) {
        return switch (norm) {
            case NormSpec.None _ -> map("kind", "none");
            case NormSpec.Layer(var epsilon) -> map("kind", "layer", "epsilon", epsilon);
            case NormSpec.Rms(var epsilon, var gain) -> map("kind", "rms", "epsilon", epsilon, "gain", lower(gain));
        };
    }

    private static Map<String, Object> attention(LayerKinds.Kind<Op.Attention> kind) {
        var data = map(
                "name",
                kind.name(),
                "layers",
                kind.layers(),
                "num_attention_heads",
                kind.op().queryHeads());
        switch (kind.op()) {
            case GroupedQuery op -> {
                data.put("kind", "grouped_query");
                data.put("num_key_value_heads", op.heads().keyValue());
                data.put("head_dim", op.heads().size());
                if (op.position() instanceof Position.Rope rope) {
                    data.put("rope", rope(rope));
                }
                data.put("query_norm", norm(op.norms().query()));
                data.put("key_norm", norm(op.norms().key()));
                data.put("value_norm", norm(op.norms().value()));
                data.put("norm_span", lower(op.norms().span()));
                data.put("norm_order", lower(op.norms().order()));
                data.put("bias", op.bias());
                if (op.keyValues() instanceof GroupedQuery.KeyValues.Borrowed) {
                    data.put("borrows_keys_and_values", true);
                }
            }
            case Latent op -> {
                data.put("kind", "latent");
                data.put("kv_lora_rank", op.latentRank());
                op.queryRank().ifPresent(rank -> data.put("q_lora_rank", rank));
                data.put("qk_nope_head_dim", op.nopeSize());
                data.put("qk_rope_head_dim", op.rope().dimensions());
                data.put("v_head_dim", op.valueSize());
                data.put("rope", rope(op.rope()));
                data.put("latent_norm", norm(op.norm()));
                data.put("bias", op.bias());
            }
        }
        data.put("reach", reach(kind.op().reach()));
        var scores = kind.op().scores();
        data.put("scale", scores.scale());
        data.put("softcap", scores.softcap());
        if (scores.temperature() instanceof Scores.Temperature.Tuned(var factor, var floor)) {
            data.put("temperature", map("attn_scale", factor, "floor_scale", floor));
        }
        data.put("cache_elements_per_token", kind.op().cache().elementsPerToken());
        if (kind.op().cache().stateElements() > 0) {
            data.put("state_elements", kind.op().cache().stateElements());
        }
        return data;
    }

    private static Map<String, Object> reach(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> map("kind", "full");
            case Reach.Window(var tokens) -> map("kind", "sliding", "tokens", tokens);
            case Reach.Chunk(var tokens) -> map("kind", "chunked", "tokens", tokens);
        };
    }

    private static Map<String, Object> rope(Position.Rope rope) {
        var data = map("theta", rope.theta(), "dimensions", rope.dimensions(), "pairing", lower(rope.pairing()));
        data.put(
                "scaling",
                switch (rope.scaling()) {
                    case RopeScaling.None _ -> map("kind", "none");
                    case RopeScaling.Linear(var factor) -> map("kind", "linear", "factor", factor);
                    case RopeScaling.Llama3(var factor, var low, var high, var original) -> {
                        var scaling = map("kind", "llama3", "factor", factor, "low_freq_factor", low);
                        scaling.put("high_freq_factor", high);
                        scaling.put("original_max_position_embeddings", original);
                        yield scaling;
                    }
                    case RopeScaling.Divided(var divisors) ->
                        map(
                                "kind",
                                "divided",
                                "divisors",
                                divisors.stream().map(Float::doubleValue).toList());
                    case RopeScaling.Dynamic(var factor, var original) ->
                        map("kind", "dynamic", "factor", factor, "original_max_position_embeddings", original);
                    case RopeScaling.LongRope rule -> {
                        var scaling = map("kind", "longrope", "short_factor", rule.shortDivisors());
                        scaling.put("long_factor", rule.longDivisors());
                        scaling.put("original_max_position_embeddings", rule.original());
                        scaling.put("attention_factor", rule.attentionFactor());
                        yield scaling;
                    }
                    case RopeScaling.Yarn yarn -> {
                        var scaling = map("kind", "yarn", "factor", yarn.factor());
                        scaling.put("original_max_position_embeddings", yarn.original());
                        scaling.put("beta_fast", yarn.betaFast());
                        scaling.put("beta_slow", yarn.betaSlow());
                        scaling.put("attention_factor", yarn.attentionFactor());
                        yield scaling;
                    }
                });
        return data;
    }

    private static Map<String, Object> feedForward(LayerKinds.Kind<Op.Mlp> kind) {
        var data = map("name", kind.name(), "layers", kind.layers());
        switch (kind.op()) {
            case FeedForward op -> data.putAll(dense(op));
            case Experts op -> {
                data.put("num_experts", op.count());
                data.put("num_experts_per_tok", op.active());
                data.put("expert", dense(op.expert()));
                op.shared().ifPresent(shared -> data.put("shared_expert", dense(shared)));
                var router = map(
                        "scoring",
                        lower(op.router().scoring()),
                        "target",
                        lower(op.router().target()));
                router.put("correction_bias", op.router().correctionBias());
                router.put("normalised", op.router().normalised());
                router.put("scale", op.router().scale());
                if (op.router().groups() instanceof Experts.Router.Groups.Best(var count, var kept, var score)) {
                    router.put("groups", map("count", count, "kept", kept, "score", lower(score)));
                }
                data.put("router", router);
            }
        }
        return data;
    }

    private static Map<String, Object> dense(FeedForward op) {
        var data = map("intermediate_size", op.intermediateSize(), "activation", lower(op.activation()));
        data.put("gated", op.gated());
        data.put("bias", op.bias());
        data.put("sparsity", op.sparsity());
        return data;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT);
    }

    static Map<String, Object> map(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
