package orrery.report;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import orrery.spec.CacheSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Heads;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Scores;

/** The facts of a layer's attention. */
final class AttentionFacts {
    private AttentionFacts() {}

    static void add(FactMap facts, Op.Attention op) {
        switch (op) {
            case GroupedQuery grouped -> grouped(facts, grouped);
            case Latent latent -> latent(facts, latent);
        }
        facts.put(Property.REACH, reach(op));
        PositionFacts.add(facts, op);
        scores(facts, op);
        facts.flag(Property.ATTENTION_BIAS, op.bias(), "yes", "with biases");
        cache(facts, op.cache());
    }

    /** Grouped-query attention by how many heads share keys and values. */
    private static FactValue mechanism(Heads heads) {
        if (heads.keyValue() == heads.query()) {
            return FactValue.form("multi_head", "multi-head attention (MHA)", "Multi-head attention");
        }
        return heads.keyValue() == 1
                ? FactValue.form("multi_query", "multi-query attention (MQA)", "Multi-query attention")
                : FactValue.form("grouped_query", "grouped-query attention (GQA)", "Grouped-query attention");
    }

    private static void grouped(FactMap facts, GroupedQuery op) {
        var heads = op.heads();
        facts.put(Property.MECHANISM, mechanism(heads));
        String keyValue = heads.keyValue() == heads.query() ? "" : " · " + Numbers.count(heads.keyValue(), "KV head");
        String query = Numbers.count(heads.query(), "head") + " of " + Numbers.exact(heads.size()) + keyValue;
        facts.number(Property.QUERY_HEADS, heads.query(), query);
        facts.number(Property.KV_HEADS, heads.keyValue());
        facts.number(Property.HEAD_SIZE, heads.size());
        switch (op.keyValues()) {
            case GroupedQuery.KeyValues.Own _ -> facts.none(Property.SHARED_CACHE);
            case GroupedQuery.KeyValues.Borrowed(var layer) ->
                facts.put(Property.SHARED_CACHE, FactValue.of("shared", layer, "that of layer " + layer, ""));
        }
        norms(facts, op.norms());
    }

    private static void latent(FactMap facts, Latent op) {
        int rotary = op.rope().dimensions();
        String sizes = "query and key " + op.nopeSize() + " + " + rotary + " with RoPE, value " + op.valueSize();
        String title = "Multi-head latent attention";
        facts.form(Property.MECHANISM, "latent", "multi-head latent attention (MLA)", title);
        facts.number(Property.QUERY_HEADS, op.queryHeads(), Numbers.count(op.queryHeads(), "head"));
        facts.number(Property.NOPE_SIZE, op.nopeSize(), sizes);
        facts.number(Property.ROPE_SIZE, rotary);
        facts.number(Property.VALUE_SIZE, op.valueSize());
        facts.number(Property.KV_LATENT, op.latentRank(), "KV latent " + Numbers.exact(op.latentRank()));
        if (op.queryRank().isPresent()) {
            int rank = op.queryRank().getAsInt();
            facts.positive(Property.QUERY_LATENT, rank, "query latent " + Numbers.exact(rank));
        } else {
            facts.put(Property.QUERY_LATENT, FactValue.none("no query latent"));
        }
        String norm = Words.norm(op.norm());
        facts.form(Property.LATENT_NORM, NormFacts.data(op.norm()), norm, norm + " on the latents");
        facts.none(Property.QK_NORM);
    }

    private static FactValue reach(Op.Attention op) {
        String form = Words.form(op.reach());
        long kept = op.reach().keptOf(Long.MAX_VALUE);
        var data = map("kind", form);
        if (kept < Long.MAX_VALUE) {
            data.put("tokens", kept);
        }
        String words = Words.reach(op.reach());
        return FactValue.of(form, data, words, words);
    }

    private static void norms(FactMap facts, HeadNorms norms) {
        var on = new LinkedHashMap<String, NormSpec>();
        on.put("query", norms.query());
        on.put("key", norms.key());
        on.put("value", norms.value());
        on.values().removeIf(norm -> norm.equals(NormSpec.NONE));
        String form = Words.span(norms.span()) + ", " + Words.order(norms.order());
        if (on.isEmpty()) {
            facts.none(Property.QK_NORM);
            facts.form(Property.QK_NORM_FORM, form, form, "");
            return;
        }
        String kinds = on.values().stream().map(Words::norm).distinct().collect(Collectors.joining(" and "));
        boolean queryAndKey = on.keySet().equals(java.util.Set.of("query", "key"));
        String where = queryAndKey ? "" : " on " + String.join(" and ", on.keySet());
        Map<String, Object> data = map("span", lower(norms.span()), "order", lower(norms.order()));
        on.forEach((part, norm) -> data.put(part, NormFacts.data(norm)));
        String letters = on.keySet().stream()
                .map(part -> part.substring(0, 1).toUpperCase(java.util.Locale.ROOT))
                .collect(Collectors.joining());
        String order = norms.order() == HeadNorms.Order.AFTER_ROPE ? ", after RoPE" : "";
        String brief = letters + "-norm: " + kinds + " " + Words.span(norms.span()) + order;
        var value = FactValue.form(data, kinds + where + " " + form, brief);
        facts.put(Property.QK_NORM, value.like(on.keySet() + form));
    }

    private static void scores(FactMap facts, Op.Attention op) {
        var scores = op.scores();
        double scale = scores.scale();
        double under = 1 / (scale * scale);
        boolean root = Math.abs(under - Math.rint(under)) < 1e-6 * under && under > 1.5;
        String words = root ? "1/√" + Numbers.exact(Math.round(under)) : Numbers.plain(scale);
        boolean usual = scale == 1 / Math.sqrt(op.querySize());
        String brief = scale == 1 ? "scores not scaled" : "scores × " + words;
        var value = usual
                ? FactValue.of("root", scale, words, "").like("root")
                : FactValue.of("custom", scale, words, brief);
        facts.put(Property.SCORE_SCALE, value.computing((float) scale));
        double cap = scores.softcap();
        facts.positive(Property.SCORE_SOFTCAP, cap, "scores softcapped at " + Numbers.plain(cap));
        switch (scores.temperature()) {
            case Scores.Temperature.None _ -> facts.none(Property.TEMPERATURE);
            case Scores.Temperature.Tuned(var factor, var floor) -> {
                var data = map("attn_scale", factor, "floor_scale", floor);
                String formula =
                        "1 + " + Numbers.plain(factor) + " ln(1 + floor((p + 1) / " + Numbers.exact(floor) + "))";
                String grows = "temperature grows every " + Numbers.count(floor, "position");
                facts.put(Property.TEMPERATURE, FactValue.of("tuned", data, formula, grows));
            }
        }
    }

    private static void cache(FactMap facts, CacheSpec cache) {
        String brief = switch (cache) {
            case CacheSpec.PerToken kept -> "KV cache: " + Numbers.exact(kept.elementsPerToken()) + " values per token";
            case CacheSpec.PerSequence(var elements) -> "state: " + Numbers.exact(elements) + " values per sequence";
            case CacheSpec.Borrowed(var lender) -> "reads the KV cache of layer " + lender;
            case CacheSpec.None _ -> "caches nothing";
        };
        facts.number(Property.CACHED, cache.elementsPerToken(), brief);
        if (cache.stateElements() > 0) {
            facts.number(Property.STATE, cache.stateElements());
        }
    }
}
