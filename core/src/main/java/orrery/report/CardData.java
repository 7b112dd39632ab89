package orrery.report;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        var all = map("model", ModelData.of(spec.name()), "family", report.family());
        report.release().ifPresent(release -> all.put("release", CostData.release(release)));
        var facts = Facts.of(spec);
        for (var property : Property.values()) {
            if (property.topic() == Topic.SHAPE || property.topic() == Topic.EMBEDDING) {
                facts.of(property).flatMap(Layered::only).ifPresent(value -> put(all, property, value));
            }
        }
        all.put("layers", kinds.layers().stream().map(CardData::layer).toList());
        all.put("attention", kinds(facts, Topic.ATTENTION, kinds.attention()));
        all.put("feed_forward", kinds(facts, Topic.FEED_FORWARD, kinds.feedForward()));
        all.put("norms", norms(facts));
        var parameters = map("total", table.total(), "active", table.active());
        table.rows()
                .forEach(row -> parameters.put(lower(row.part()), map("total", row.total(), "active", row.active())));
        all.put("parameters", parameters);
        all.put("draft_parameters", spec.draftParameters());
        FastMemory.of(spec).ifPresent(memory -> {
            var data = map("effective_parameters", memory.effective());
            data.put("per_layer_embedding_parameters", memory.perLayerTable());
            data.put("per_layer_embedding_elements_per_token", memory.readPerToken());
            all.put("fast_memory", data);
        });
        var nested = report.nested();
        if (!nested.isEmpty()) {
            all.put("nested_models", nested.stream().map(NestedModel::data).toList());
        }
        var remembered = map("elements_per_token", cache.perToken(), "bf16_bytes_per_token", cache.bytesPerToken());
        if (cache.state() > 0) {
            remembered.put("state_elements", cache.state());
        }
        var contexts = cache.rows().stream()
                .map(row -> map("tokens", row.tokens(), "elements", row.elements(), "bf16_bytes", row.bytes()));
        remembered.put("contexts", contexts.toList());
        all.put("kv_cache", remembered);
        all.putAll(CostData.of(report));
        all.put("stored_weights", report.stored().stream().map(CardData::stored).toList());
        report.ledger().ifPresent(ledger -> all.put("proof", CostData.proof(ledger)));
        return all;
    }

    private static Map<String, Object> stored(StoredWeights one) {
        return map(
                "dtype", one.dtype().toLowerCase(Locale.ROOT),
                "tensors", one.tensors(),
                "elements", one.elements(),
                "bytes", one.bytes());
    }

    private static List<Map<String, Object>> kinds(Facts facts, Topic topic, List<? extends LayerKinds.Kind<?>> kinds) {
        return kinds.stream().map(kind -> kind(facts, topic, kind)).toList();
    }

    private static Map<String, Object> layer(LayerKinds.Pair pair) {
        String feedForward = pair.feedForward().name();
        return map("attention", pair.attention().name(), "feed_forward", feedForward);
    }

    /** Layers that compute the same in one of their branches. */
    private static Map<String, Object> kind(Facts facts, Topic topic, LayerKinds.Kind<?> kind) {
        var data = map("name", kind.name(), "layers", kind.layers());
        facts.ofKinds().get(facts.layers().kindOf(kind.layers().getFirst())).forEach((property, value) -> {
            if (property.topic() == topic) {
                put(data, property, value);
            }
        });
        return data;
    }

    /** One object for each kind of layer that is normalised in its own way. */
    private static List<Map<String, Object>> norms(Facts facts) {
        var layers = new LinkedHashMap<Map<String, Object>, List<Integer>>();
        for (int layer = 0; layer < facts.layers().count(); layer++) {
            var data = map();
            facts.ofKinds().get(facts.layers().kindOf(layer)).forEach((property, value) -> {
                if (property.topic() == Topic.NORMS) {
                    put(data, property, value);
                }
            });
            layers.computeIfAbsent(data, _ -> new ArrayList<>()).add(layer);
        }
        var all = new ArrayList<Map<String, Object>>();
        layers.forEach((data, of) -> {
            var kind = map("layers", of);
            kind.putAll(data);
            all.add(kind);
        });
        return all;
    }

    /** Puts a value where its property says, into nested objects. */
    private static void put(Map<String, Object> data, Property property, FactValue value) {
        if (property.key().isEmpty() || value.data().isEmpty()) {
            return;
        }
        var into = data;
        String[] path = property.key().split("\\.");
        for (int i = 0; i < path.length - 1; i++) {
            into = nested(into, path[i]);
        }
        into.put(path[path.length - 1], value.data().get());
    }

    @SuppressWarnings("unchecked") // all that is put under the beginning of a key is such a map
    private static Map<String, Object> nested(Map<String, Object> data, String name) {
        return (Map<String, Object>) data.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>());
    }
}
