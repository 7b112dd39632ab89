package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.GroupedQuery;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;

/** The styles of config.json for the same architecture, and what no family understands. */
class ConfigStylesTest {

    private static ArchitectureSpec read(Map<String, Object> config) {
        return Catalog.read("same", Metadata.of("config.json", config)).spec();
    }

    private static GroupedQuery attention(ArchitectureSpec spec, int layer) {
        return (GroupedQuery) spec.layers().get(layer).attention();
    }

    @Test
    void oldAndNewRopeStylesSayTheSame() {
        var old = Variants.config("llama-3.1", config -> {
            config.remove("rope_parameters");
            config.put("rope_theta", 500000.0);
            config.put(
                    "rope_scaling",
                    Map.of(
                            "rope_type", "llama3",
                            "factor", 8.0,
                            "low_freq_factor", 1.0,
                            "high_freq_factor", 4.0,
                            "original_max_position_embeddings", 8192));
        });
        var renewed = new LinkedHashMap<>(old);
        renewed.remove("rope_theta");
        renewed.remove("rope_scaling");
        renewed.put(
                "rope_parameters",
                Map.of(
                        "rope_theta", 500000.0,
                        "rope_type", "llama3",
                        "factor", 8,
                        "low_freq_factor", 1,
                        "high_freq_factor", 4,
                        "original_max_position_embeddings", 8192));
        renewed.put("dtype", renewed.remove("torch_dtype"));
        assertThat(read(renewed)).isEqualTo(read(old));
        var rope = (Position.Rope) attention(read(old), 0).position();
        assertThat(rope.scaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 8192));
    }

    @Test
    void ropeTypeMayStandUnderItsOldName() {
        var linear = Variants.config(
                "llama-3.1", config -> config.put("rope_scaling", Map.of("type", "linear", "factor", 4.0)));
        assertThat(((Position.Rope) attention(read(linear), 0).position()).scaling())
                .isEqualTo(new RopeScaling.Linear(4));
    }

    @Test
    void gemmaScalesItsFullLayersOnly() {
        var linear = Variants.config(
                "gemma-3", config -> config.put("rope_scaling", Map.of("rope_type", "linear", "factor", 4.0)));
        var global = attention(read(linear), 5);
        assertThat(((Position.Rope) global.position()).scaling()).isEqualTo(new RopeScaling.Linear(4));
        assertThat(((Position.Rope) attention(read(linear), 0).position()).scaling())
                .isEqualTo(RopeScaling.NONE);
    }

    @Test
    void gemmaLayerTypesAndPatternSayTheSame() {
        var pattern = Variants.config("gemma-3", config -> {
            config.remove("layer_types");
            config.put("sliding_window_pattern", 3);
        });
        int layers = read(pattern).layers().size();
        var types = new ArrayList<String>();
        for (int i = 0; i < layers; i++) {
            types.add((i + 1) % 3 == 0 ? "full_attention" : "sliding_attention");
        }
        var listed = new LinkedHashMap<>(pattern);
        listed.remove("sliding_window_pattern");
        listed.put("layer_types", types);
        assertThat(read(listed)).isEqualTo(read(pattern));
    }

    @Test
    void gemmaRopeParametersForEachKindOfLayer() {
        var config = Variants.config("gemma-3", changed -> {
            changed.remove("rope_theta");
            changed.remove("rope_local_base_freq");
            changed.remove("rope_scaling");
            changed.put(
                    "rope_parameters",
                    Map.of(
                            "full_attention",
                            Map.of("rope_type", "linear", "factor", 8.0, "rope_theta", 1e6),
                            "sliding_attention",
                            Map.of("rope_type", "default", "rope_theta", 2e4)));
        });
        var spec = read(config);
        assertThat(((Position.Rope) attention(spec, 0).position()).theta()).isEqualTo(2e4);
        assertThat(((Position.Rope) attention(spec, 5).position()).scaling()).isEqualTo(new RopeScaling.Linear(8));
    }

    @Test
    void releasedGemma3ConfigsOmitWhatEqualsTheDefaults() {
        // The text part of the 4B release, as published.
        var text = new LinkedHashMap<String, Object>();
        text.put("hidden_size", 2560);
        text.put("intermediate_size", 10240);
        text.put("model_type", "gemma3_text");
        text.put("num_hidden_layers", 34);
        text.put("rope_scaling", Map.of("factor", 8.0, "rope_type", "linear"));
        text.put("sliding_window", 1024);
        var spec =
                read(Map.of("model_type", "gemma3", "text_config", text, "vision_config", Map.of("hidden_size", 1152)));
        assertThat(spec.withName("gemma-3-4b"))
                .isEqualTo(Catalog.release("gemma-3-4b").orElseThrow().spec());
    }

    @Test
    void mistralWithoutTheKeyHasAWindowAndWithNullHasNone() {
        var absent = Variants.config("mistral-7b-v0.1", config -> config.remove("sliding_window"));
        assertThat(attention(read(absent), 0).reach()).isEqualTo(new Reach.Window(4096));
        var none = Variants.config("mistral-7b-v0.1", config -> config.put("sliding_window", null));
        assertThat(attention(read(none), 0).reach()).isEqualTo(Reach.FULL);
    }

    @Test
    void harmlessKeysAreNotNamedAndStrangeOnesAre() {
        var config = Variants.config("llama-3.1", changed -> {
            changed.put("use_cache", true);
            changed.put("attention_multiplier", 3);
        });
        var description = Catalog.read("odd", Metadata.of("config.json", config));
        assertThat(description.notUnderstood()).containsExactly("attention_multiplier");
    }

    private static Arguments refusal(String golden, Consumer<Map<String, Object>> change, String... words) {
        return Arguments.of(golden, change, List.of(words));
    }

    static Stream<Arguments> whatNoFamilyUnderstands() {
        return Stream.of(
                refusal("llama-3.1", c -> c.put("model_type", "mamba"), "model_type \"mamba\"", "gemma3_text", "llama"),
                refusal("llama-3.1", c -> c.remove("model_type"), "no model_type", "llama"),
                refusal("llama-3.1", c -> c.put("hidden_act", "relu6"), "hidden_act is \"relu6\"", "silu"),
                refusal(
                        "qwen-3",
                        c -> c.put("rope_scaling", Map.of("rope_type", "longrope", "factor", 2)),
                        "rope_scaling.short_factor is missing"),
                refusal(
                        "qwen-3",
                        c -> c.put(
                                "rope_scaling",
                                Map.of("rope_type", "longrope", "short_factor", List.of(1), "long_factor", List.of(2))),
                        "divided by another number of divisors, 1"),
                refusal(
                        "gemma-3",
                        c -> c.put("rope_scaling", Map.of("type", "linear", "factor", 2)),
                        "type is \"linear\"",
                        "expected rope_type"),
                refusal(
                        "gemma-3",
                        c -> c.put("rope_parameters", Map.of("rope_type", "linear", "factor", 2)),
                        "one for all layers",
                        "sliding_attention"),
                refusal(
                        "gemma-2",
                        c -> c.put("rope_parameters", Map.of("full_attention", Map.of("rope_type", "default"))),
                        "full_attention only"),
                refusal(
                        "qwen-3",
                        c -> {
                            c.put("rope_scaling", Map.of("rope_type", "linear", "factor", 2));
                            c.put("rope_parameters", Map.of("rope_type", "linear", "factor", 3));
                        },
                        "rope_parameters and rope_scaling disagree"),
                refusal(
                        "llama-3.1",
                        c -> {
                            c.put("partial_rotary_factor", 0.5);
                            c.put("rope_scaling", Map.of("rope_type", "linear", "factor", 2));
                        },
                        "partial_rotary_factor is 0.5"),
                refusal("llama-3.1", c -> c.put("rope_scaling", Map.of("type", "su")), "type is \"su\"", "linear"),
                refusal("llama-3.1", c -> c.put("rope_scaling", Map.of("rope_type", "llama3")), "factor"),
                refusal("llama-3.1", c -> c.put("num_key_value_heads", 3), "do not divide", "3"),
                refusal("llama-3.1", c -> c.put("num_hidden_layers", 0), "num_hidden_layers is 0"),
                refusal("llama-3.1", c -> c.put("num_hidden_layers", 2_000_000_000), "num_hidden_layers is 2000000000"),
                refusal("llama-3.1", c -> c.put("vocab_size", -5), "vocab_size is -5"),
                refusal("llama-3.1", c -> c.put("hidden_size", "wide"), "hidden_size", "\"wide\""),
                refusal("llama-3.1", c -> c.remove("hidden_size"), "hidden_size"),
                refusal("llama-3.1", c -> c.put("rms_norm_eps", -1), "epsilon is -1"),
                refusal("gemma-2", c -> c.put("layer_types", List.of("full_attention")), "layer_types lists 1"),
                refusal(
                        "gemma-3",
                        c -> c.put("layer_types", List.of("a", "b", "c", "d", "e", "f", "g")),
                        "layer_types"),
                refusal("gemma-3", c -> c.put("use_bidirectional_attention", true), "use_bidirectional_attention"),
                refusal("gemma-3", c -> c.put("query_pre_attn_scalar", 0), "scale"),
                refusal("olmo-2-mha", c -> c.put("clip_qkv", 8.0), "clip_qkv is 8.0"),
                refusal("gpt2", c -> c.put("add_cross_attention", true), "add_cross_attention is true"),
                refusal("openai-gpt", c -> c.put("afn", "gelu_new"), "afn is \"gelu_new\"", "gelu, relu, silu, swish"),
                refusal("gemma-2", c -> c.put("sliding_window", null), "sliding_window is null"),
                refusal("llama-4", c -> c.put("attention_chunk_size", null), "attention_chunk_size is null"),
                refusal(
                        "qwen-3",
                        c -> {
                            c.put("use_sliding_window", false);
                            c.put("layer_types", java.util.Collections.nCopies(3, "sliding_attention"));
                        },
                        "layer_types contradicts use_sliding_window"),
                refusal(
                        "deepseek-v2",
                        c -> c.put("norm_topk_prob", true),
                        "norm_topk_prob is true",
                        "transformers ignores it",
                        "the authors' own code"),
                refusal("deepseek-v3", c -> c.put("head_dim", 128), "head_dim is 128", "qk_rope_head_dim"),
                refusal("mistral-7b-v0.1", c -> c.put("sliding_window", 0), "sliding_window is 0"),
                refusal("qwen-3-moe", c -> c.put("num_experts_per_tok", 99), "num_experts_per_tok is 99"),
                refusal("deepseek-v3", c -> c.put("topk_method", "lucky"), "topk_method is \"lucky\"", "noaux_tc"),
                refusal("deepseek-v3", c -> c.put("scoring_func", "relu"), "scoring_func is \"relu\"", "sigmoid"),
                refusal("deepseek-v3", c -> c.put("n_group", 7), "do not divide into 7 groups"),
                refusal("gemma-3n", c -> c.put("intermediate_size", List.of(1, 2)), "intermediate_size lists 2"),
                refusal("gemma-3n", c -> c.put("num_kv_shared_layers", 99), "num_kv_shared_layers is 99"),
                refusal("llama-4", c -> c.put("moe_layers", List.of(77)), "moe_layers names layer 77"));
    }

    @ParameterizedTest
    @MethodSource("whatNoFamilyUnderstands")
    void refusesByName(String golden, Consumer<Map<String, Object>> change, List<String> words) {
        var config = Variants.config(golden, change);
        var thrown = assertThatThrownBy(() -> read(config)).isInstanceOf(orrery.OrreryException.class);
        for (var word : words) {
            thrown.hasMessageContaining(word);
        }
    }
}
