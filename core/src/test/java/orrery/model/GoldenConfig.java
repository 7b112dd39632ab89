package orrery.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The config.json of a golden, with every value present. */
record GoldenConfig(Map<String, Object> values) {

    @SuppressWarnings("unchecked")
    static GoldenConfig of(Path golden) {
        return new GoldenConfig(JsonMapper.builder()
                .build()
                .readValue(golden.resolve("config.json").toFile(), LinkedHashMap.class));
    }

    String type() {
        return (String) Objects.requireNonNull(values.get("model_type"));
    }

    @Nullable
    Object get(String key) {
        return values.get(key);
    }

    static double number(Map<?, ?> map, String key) {
        return ((Number) Objects.requireNonNull(map.get(key), key)).doubleValue();
    }

    double decimal(String key) {
        return number(values, key);
    }

    int integer(String key) {
        return (int) decimal(key);
    }

    boolean has(String key) {
        return values.get(key) != null;
    }

    /** Rows and columns of the blocks of FP8 weights. */
    int blockSize() {
        var quantization = (Map<?, ?>) Objects.requireNonNull(values.get("quantization_config"));
        var sizes = (List<?>) Objects.requireNonNull(quantization.get("weight_block_size"));
        return ((Number) sizes.getFirst()).intValue();
    }

    int headSize() {
        return has("head_dim") ? integer("head_dim") : integer("hidden_size") / integer("num_attention_heads");
    }
}
