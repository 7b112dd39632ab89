package orrery.catalog;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.OrreryException;
import orrery.catalog.ConfigKeys.Rule;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every key of the reference's config classes ({@code config-keys.json}, written by transformers 5.17) is honoured
 * (another value changes the spec), harmless (listed with a reason, and another value changes nothing), or refused
 * (another value stops the load with the key's name).
 */
class ConfigKeysTest {
    private static final Map<String, String> GOLDENS = new TreeMap<>(Map.ofEntries(
            entry("openai-gpt", "openai-gpt"),
            entry("gpt2", "gpt2"),
            entry("llama", "llama-3.1"),
            entry("mistral", "mistral-7b-v0.1"),
            entry("gemma2", "gemma-2"),
            entry("gemma3_text", "gemma-3"),
            entry("gemma3n_text", "gemma-3n"),
            entry("olmo2", "olmo-2-gqa"),
            entry("qwen3", "qwen-3"),
            entry("qwen3_moe", "qwen-3-moe"),
            entry("deepseek_v2", "deepseek-v2"),
            entry("deepseek_v3", "deepseek-v3"),
            entry("llama4_text", "llama-4")));

    /** Multimodal classes that contain a text model. */
    private static final Map<String, String> WRAPPERS =
            Map.of("gemma3", "gemma-3", "mistral3", "mistral-small-3.1-text");

    /** Other values for keys where doubling a number or negating a boolean does not give a valid one. */
    private static final Map<String, Object> OTHERS = Map.ofEntries(
            entry("activation_function", "silu"),
            entry("afn", "silu"),
            entry("hidden_act", "gelu"),
            entry("hidden_activation", "gelu"),
            entry("summary_activation", "tanh"),
            entry("summary_type", "last"),
            entry("_name_or_path", "elsewhere"),
            entry("problem_type", "regression"),
            entry("projector_hidden_act", "relu"),
            entry("attn_logit_softcapping", 7.5),
            entry("final_logit_softcapping", 7.5),
            entry("n_inner", 77),
            entry("sliding_window", 5),
            entry("use_bidirectional_attention", true),
            entry("olmo2.num_key_value_heads", 5),
            entry("max_window_layers", 2),
            entry("mlp_only_layers", List.of(1)),
            entry("num_local_experts", 7),
            entry("altup_active_idx", 1),
            entry("num_kv_shared_layers", 2),
            entry("topk_method", "noaux_tc"),
            entry("topk_group", 1),
            entry("moe_layers", List.of(0)),
            entry("no_rope_layer_interval", 3),
            entry("interleave_moe_layer_step", 3),
            entry("vision_feature_layer", -2));

    private static final Set<String> OLD_ROPE = Set.of("rope_theta", "rope_scaling", "rope_local_base_freq");

    /** Other keys that a key needs to have an effect. */
    private static final Map<String, Map<String, Object>> AROUND = Map.of(
            "qwen3.layer_types", Map.of("use_sliding_window", true, "sliding_window", 6),
            "qwen3.sliding_window", Map.of("use_sliding_window", true, "max_window_layers", 1),
            "qwen3.use_sliding_window", Map.of("sliding_window", 6, "max_window_layers", 1),
            "qwen3.max_window_layers", Map.of("use_sliding_window", true, "sliding_window", 6),
            "qwen3_moe.sliding_window", Map.of("use_sliding_window", true),
            "qwen3_moe.intermediate_size", Map.of("mlp_only_layers", List.of(0)),
            "qwen3_moe.use_sliding_window", Map.of("sliding_window", 6));

    /** Keys that default to values of other keys, and one that tensors decide. */
    private static final Map<String, String> DERIVED = Map.ofEntries(
            entry("llama.head_dim", "hidden_size over num_attention_heads"),
            entry("mistral.head_dim", "hidden_size over num_attention_heads"),
            entry("llama.num_key_value_heads", "num_attention_heads"),
            entry("olmo2.num_key_value_heads", "num_attention_heads"),
            entry("deepseek_v2.num_key_value_heads", "num_attention_heads"),
            entry("deepseek_v3.num_key_value_heads", "num_attention_heads"),
            entry("deepseek_v2.head_dim", "qk_rope_head_dim"),
            entry("deepseek_v3.head_dim", "qk_rope_head_dim"),
            entry("gemma3n_text.activation_sparsity_pattern", "the number of layers"),
            entry("llama4_text.moe_layers", "interleave_moe_layer_step"),
            entry("llama4_text.no_rope_layers", "no_rope_layer_interval"),
            entry("qwen3.sliding_window", "use_sliding_window"),
            entry("qwen3_moe.sliding_window", "use_sliding_window"),
            entry("deepseek_v3.num_nextn_predict_layers", "files without the layer say no number"));

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> classes() {
        var file = Path.of("src", "test", "resources", "orrery", "catalog", "config-keys.json");
        try {
            Map<String, Object> whole = JsonMapper.builder().build().readValue(Files.readString(file), Map.class);
            return (Map<String, Map<String, Object>>) in(whole, "families");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T in(Map<String, T> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    private static Catalog.Description read(Map<String, Object> config) {
        return Catalog.read("same", Metadata.of("config.json", config));
    }

    private static Map<String, Object> with(Map<String, Object> config, String key, @Nullable Object value) {
        var changed = new LinkedHashMap<>(config);
        changed.put(key, value);
        return changed;
    }

    @Test
    void everyFamilyIsTried() {
        assertThat(GOLDENS.keySet()).containsExactlyElementsOf(Catalog.modelTypes());
        assertThat(classes().keySet()).containsAll(GOLDENS.keySet()).containsAll(WRAPPERS.keySet());
    }

    static Stream<Arguments> everyKeyOfEveryFamily() {
        return GOLDENS.keySet().stream()
                .flatMap(type -> in(classes(), type).entrySet().stream()
                        .map(key -> Arguments.argumentSet(
                                type + "." + key.getKey(), type, key.getKey(), Optional.ofNullable(key.getValue()))));
    }

    @ParameterizedTest
    @MethodSource("everyKeyOfEveryFamily")
    void isHonouredOrHarmlessOrRefused(String type, String key, Optional<Object> usual) {
        var config = Variants.config(in(GOLDENS, type));
        config.putAll(AROUND.getOrDefault(type + "." + key, Map.of()));
        var before = read(config).spec();
        var changed = with(config, key, other(type, key, config.getOrDefault(key, usual.orElse(null)), before));
        if (key.equals("rope_parameters")) {
            changed.keySet().removeAll(OLD_ROPE);
        }
        if (key.equals("num_hidden_layers")) {
            List.of("layer_types", "activation_sparsity_pattern", "intermediate_size")
                    .forEach(list -> changed.computeIfPresent(list, (_, one) -> one instanceof List ? null : one));
        }
        var family = Catalog.family(Metadata.of("config.json", config));
        switch (family.keys(type).rule(key).orElse(null)) {
            case null -> honoured(changed, key, before);
            case Rule.Harmless(var reason) -> {
                assertThat(reason).isNotBlank();
                assertThat(read(changed).spec()).isEqualTo(before);
            }
            case Rule.Noted(var _, var reason) -> {
                assertThat(read(changed).spec()).isEqualTo(before);
                assertThat(read(changed).notes()).singleElement().asString().contains(key, reason);
            }
            case Rule.Only(var _, var reason) ->
                assertThatThrownBy(() -> read(changed))
                        .isInstanceOf(OrreryException.class)
                        .hasMessageContaining(key + " is ")
                        .hasMessageContaining(reason);
        }
    }

    /** A key without a rule must have an effect: another spec, or an error that names the value under that key. */
    private static void honoured(Map<String, Object> changed, String key, ArchitectureSpec before) {
        Catalog.Description after;
        try {
            after = read(changed);
        } catch (OrreryException e) {
            assertThat(e).hasMessageContaining(key);
            return;
        }
        assertThat(after.notUnderstood()).isEmpty();
        if (after.spec().equals(before)) {
            fail(key + " is neither honoured, nor harmless for a stated reason, nor refused");
        }
    }

    private static Object other(String type, String key, @Nullable Object usual, ArchitectureSpec spec) {
        if (key.equals("layer_types")) {
            int layers = spec.layers().size();
            boolean chunks = type.startsWith("llama4");
            return Stream.iterate(0, i -> i < layers, i -> i + 1)
                    .map(i -> i == 0 || chunks ? "full_attention" : "sliding_attention")
                    .toList();
        }
        if (key.equals("no_rope_layers")) {
            return Stream.generate(() -> 1).limit(spec.layers().size()).toList();
        }
        if (key.equals("rope_parameters")) {
            Map<String, Object> linear = Map.of("rope_type", "linear", "factor", 3.5);
            return usual instanceof Map<?, ?> each && each.containsKey("full_attention")
                    ? Map.of("full_attention", linear, "sliding_attention", Map.of("rope_type", "default"))
                    : linear;
        }
        var other = OTHERS.getOrDefault(type + "." + key, OTHERS.get(key));
        if (other != null) {
            return other;
        }
        return switch (usual) {
            case null -> 3;
            case Boolean flag -> !flag;
            case Integer number -> number == 0 ? 1 : 2 * number;
            case Double number -> number == 0 ? 0.5 : 2 * number;
            case List<?> list ->
                list.stream()
                        .map(one -> one instanceof Integer number ? (Object) (2 * number) : (Object) 0.25)
                        .toList();
            default -> throw new IllegalStateException(key + " of " + usual + " needs another value");
        };
    }

    @ParameterizedTest
    @MethodSource("everyKeyOfEveryFamily")
    void aMissingKeyMeansWhatTheClassSays(String type, String key, Optional<Object> usual) {
        if (DERIVED.containsKey(type + "." + key)
                || usual.isEmpty()
                || Set.of("list", "dict").contains(usual.get().toString())) {
            return;
        }
        var config = Variants.config(in(GOLDENS, type));
        config.remove(key);
        switch (key) {
            case "rope_parameters" -> config.keySet().removeAll(OLD_ROPE);
            case "num_key_value_heads" -> {
                config.put("num_attention_heads", 64);
                config.putIfAbsent("head_dim", 8);
            }
            case "num_local_experts" -> config.remove("num_experts");
            default -> {}
        }
        if (key.equals("num_hidden_layers") || key.equals("n_layer")) {
            assertThatThrownBy(() -> read(config)).hasMessageContaining(key + " is missing");
            return;
        }
        ArchitectureSpec missing;
        try {
            missing = read(config).spec();
        } catch (OrreryException e) {
            // Or it is the default that conflicts with the rest of the small model.
            String state = String.valueOf(e.getMessage()).contains(" missing")
                    ? "missing"
                    : usual.get().toString();
            assertThat(e).hasMessageContaining(key + " is " + state);
            return;
        }
        assertThat(missing).isEqualTo(read(with(config, key, usual.get())).spec());
    }

    static Stream<Arguments> everyKeyOfEveryWrapper() {
        return WRAPPERS.keySet().stream()
                .flatMap(type -> in(classes(), type).entrySet().stream()
                        .filter(key -> !"dict".equals(key.getValue()))
                        .map(key -> Arguments.argumentSet(
                                type + "." + key.getKey(), type, key.getKey(), Optional.ofNullable(key.getValue()))));
    }

    @ParameterizedTest
    @MethodSource("everyKeyOfEveryWrapper")
    void aWrapperSaysNothingOfTheTextModelButWhetherItsHeadIsTied(String type, String key, Optional<Object> usual) {
        Map<String, Object> text = Variants.config(in(WRAPPERS, type));
        text.remove("tie_word_embeddings");
        Map<String, Object> config = Map.of("model_type", type, "text_config", text, "vision_config", Map.of());
        var before = read(config).spec();
        var tie = Optional.<Object>of(before.head().tied());
        var now = key.equals("tie_word_embeddings") ? tie : usual;
        var changed = with(config, key, other(type, key, now.orElse(null), before));
        if (key.equals("is_encoder_decoder")) {
            assertThatThrownBy(() -> read(changed)).hasMessageContaining(key + " is true");
            return;
        }
        assertThat(read(changed).notUnderstood()).isEmpty();
        assertThat(read(changed).notUsed()).containsExactly("vision_config");
        boolean tied = before.head().tied();
        assertThat(read(changed).spec().head().tied()).isEqualTo(key.equals("tie_word_embeddings") != tied);
        assertThat(read(changed).spec().layers()).isEqualTo(before.layers());
    }

    @Test
    void aKeyWithoutEffectIsNotedWhereAReaderMayExpectOne() {
        var halves = Variants.config("qwen-3", config -> config.put("partial_rotary_factor", 0.5));
        assertThat(read(halves).spec())
                .isEqualTo(read(Variants.config("qwen-3")).spec());
        assertThat(read(halves).notes())
                .containsExactly("partial_rotary_factor changes nothing: transformers rotates whole heads in this"
                        + " family, and so does Orrery");
        var usual = Variants.config("qwen-3", config -> config.put("partial_rotary_factor", 1.0));
        assertThat(read(usual).notes()).isEmpty();
    }

    @Test
    void theKeysOfOneFamilyExplainNothingInAnother() {
        var llama = Variants.config("llama-3.1", config -> config.put("max_window_layers", 2));
        assertThatCode(() -> read(llama)).doesNotThrowAnyException();
        assertThat(read(llama).notUnderstood()).containsExactly("max_window_layers");
        var sparse = Variants.config("qwen-3-moe", config -> config.put("max_window_layers", 2));
        assertThat(read(sparse).notUnderstood()).isEmpty();
    }
}
