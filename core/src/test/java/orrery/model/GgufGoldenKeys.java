package orrery.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Consumer;
import orrery.format.GgufBytes;
import orrery.model.GgufGoldens.Latents;

/** The metadata that llama.cpp's converter would write for a golden, in its order. */
final class GgufGoldenKeys {
    private final SequencedMap<String, Consumer<GgufBytes>> all = new LinkedHashMap<>();
    private final GoldenConfig config;
    private final Latents latents;
    private String architecture = "";

    private GgufGoldenKeys(GoldenConfig config, Latents latents) {
        this.config = config;
        this.latents = latents;
    }

    /** A writer for each key and its value. */
    static SequencedMap<String, Consumer<GgufBytes>> of(GoldenConfig config, Latents latents, boolean drafts) {
        var keys = new GgufGoldenKeys(config, latents);
        String type = config.type();
        switch (type) {
            case "gpt2" -> keys.gpt2();
            case "llama" -> keys.plain("llama");
            // The oldest Mistral is a llama with a window; newer ones have an architecture name of their own.
            case "mistral" -> keys.plain(config.has("sliding_window") ? "llama" : "mistral3");
            case "qwen3", "olmo2" -> keys.plain(type);
            case "qwen3_moe" -> keys.qwen3moe();
            case "gemma2", "gemma3_text" -> keys.gemma(type.substring(0, 6));
            case "gemma3n_text" -> keys.gemma3n();
            case "deepseek_v2", "deepseek_v3" -> keys.deepseek();
            case "llama4_text" -> keys.llama4();
            default -> throw new IllegalStateException(type);
        }
        if (drafts) {
            keys.put("block_count", config.integer("num_hidden_layers") + 1);
            keys.put("nextn_predict_layers", 1);
        }
        return keys.all;
    }

    private void put(String key, Consumer<GgufBytes> writing) {
        all.put(key, writing);
    }

    private void put(String key, int value) {
        put(architecture + "." + key, out -> out.key(architecture + "." + key, value));
    }

    private void put(String key, float value) {
        put(architecture + "." + key, out -> out.key(architecture + "." + key, value));
    }

    private void copy(String word, String key) {
        if (config.has(word)) {
            put(key, config.integer(word));
        }
    }

    private void copyDecimal(String word, String key) {
        if (config.has(word)) {
            put(key, (float) config.decimal(word));
        }
    }

    private void begin(String name) {
        architecture = name;
        put("general.architecture", out -> out.key("general.architecture", name));
        put("general.file_type", out -> out.key("general.file_type", 0));
        put("tokenizer.ggml.model", out -> out.key("tokenizer.ggml.model", "none"));
    }

    private void gpt2() {
        begin("gpt2");
        copy("n_layer", "block_count");
        copy("n_positions", "context_length");
        copy("n_embd", "embedding_length");
        put("feed_forward_length", 4 * config.integer("n_embd"));
        copy("n_head", "attention.head_count");
        copyDecimal("layer_norm_epsilon", "attention.layer_norm_epsilon");
    }

    private void decoder(String name) {
        begin(name);
        copy("num_hidden_layers", "block_count");
        copy("max_position_embeddings", "context_length");
        copy("hidden_size", "embedding_length");
        copy("num_attention_heads", "attention.head_count");
        copyDecimal("rms_norm_eps", "attention.layer_norm_rms_epsilon");
        if (!name.equals("gemma2")) {
            put("rope.freq_base", (float) config.decimal("rope_theta"));
        }
        if (config.get("rope_scaling") instanceof Map<?, ?> scaling && "linear".equals(scaling.get("rope_type"))) {
            put(name + ".rope.scaling.type", out -> out.key(name + ".rope.scaling.type", "linear"));
            put("rope.scaling.factor", (float) GoldenConfig.number(scaling, "factor"));
        }
    }

    private void grouped(String name) {
        decoder(name);
        copy("num_key_value_heads", "attention.head_count_kv");
        copy("head_dim", "attention.key_length");
        copy("head_dim", "attention.value_length");
    }

    private void plain(String name) {
        grouped(name);
        copy("intermediate_size", "feed_forward_length");
        if (name.equals("llama") || name.equals("mistral3")) {
            copy("vocab_size", "vocab_size");
            put("rope.dimension_count", config.headSize());
        }
        copy("sliding_window", "attention.sliding_window");
    }

    private void qwen3moe() {
        grouped("qwen3moe");
        copy("intermediate_size", "feed_forward_length");
        copy("num_experts", "expert_count");
        copy("num_experts_per_tok", "expert_used_count");
        copy("moe_intermediate_size", "expert_feed_forward_length");
    }

    private void gemma(String name) {
        grouped(name);
        copy("intermediate_size", "feed_forward_length");
        copy("sliding_window", "attention.sliding_window");
        copyDecimal("attn_logit_softcapping", "attn_logit_softcapping");
        copyDecimal("final_logit_softcapping", "final_logit_softcapping");
        put("attention.scale", (float) (1 / Math.sqrt(config.decimal("query_pre_attn_scalar"))));
    }

    private void gemma3n() {
        grouped("gemma3n");
        var widths = (List<?>) Objects.requireNonNull(config.get("intermediate_size"));
        put(
                "gemma3n.feed_forward_length",
                out -> out.key(
                        "gemma3n.feed_forward_length",
                        widths.stream()
                                .mapToInt(width -> ((Number) width).intValue())
                                .toArray()));
        copy("sliding_window", "attention.sliding_window");
        put("rope.freq_base_swa", (float) config.decimal("rope_local_base_freq"));
        copy("num_kv_shared_layers", "attention.shared_kv_layers");
        copy("altup_active_idx", "altup.active_idx");
        copy("altup_num_inputs", "altup.num_inputs");
        copy("hidden_size_per_layer_input", "embedding_length_per_layer_input");
        var types = (List<?>) Objects.requireNonNull(config.get("layer_types"));
        var local = new boolean[types.size()];
        var pattern = (List<?>) Objects.requireNonNull(config.get("activation_sparsity_pattern"));
        var quantiles = new float[types.size()];
        for (int i = 0; i < local.length; i++) {
            local[i] = "sliding_attention".equals(types.get(i));
            // The only sparsity of the goldens and of all releases.
            boolean sparse = ((Number) pattern.get(i)).doubleValue() == 0.95;
            quantiles[i] = sparse ? 1.6448536f : Float.NEGATIVE_INFINITY;
        }
        put(
                "gemma3n.attention.sliding_window_pattern",
                out -> out.key("gemma3n.attention.sliding_window_pattern", local));
        put("gemma3n.activation_sparsity_scale", out -> out.key("gemma3n.activation_sparsity_scale", quantiles));
    }

    private void deepseek() {
        decoder("deepseek2");
        int rank = config.integer("kv_lora_rank");
        int rotary = config.integer("qk_rope_head_dim");
        int key = config.integer("qk_nope_head_dim") + rotary;
        copy("intermediate_size", "feed_forward_length");
        boolean apart = latents == Latents.APART;
        put("attention.head_count_kv", apart ? 1 : config.integer("num_attention_heads"));
        put("attention.key_length", apart ? rank + rotary : key);
        put("attention.value_length", apart ? rank : config.integer("v_head_dim"));
        if (apart) {
            put("attention.key_length_mla", key);
            copy("v_head_dim", "attention.value_length_mla");
        }
        copy("q_lora_rank", "attention.q_lora_rank");
        copy("kv_lora_rank", "attention.kv_lora_rank");
        put("rope.dimension_count", rotary);
        copy("first_k_dense_replace", "leading_dense_block_count");
        copy("n_routed_experts", "expert_count");
        copy("num_experts_per_tok", "expert_used_count");
        copy("n_shared_experts", "expert_shared_count");
        copy("moe_intermediate_size", "expert_feed_forward_length");
        copyDecimal("routed_scaling_factor", "expert_weights_scale");
        if (Boolean.TRUE.equals(config.get("norm_topk_prob"))) {
            put("deepseek2.expert_weights_norm", out -> out.key("deepseek2.expert_weights_norm", true));
        }
        put("expert_gating_func", "sigmoid".equals(config.get("scoring_func")) ? 2 : 1);
        copy("n_group", "expert_group_count");
        copy("topk_group", "expert_group_used_count");
        if (config.get("rope_scaling") instanceof Map<?, ?> scaling) {
            put("deepseek2.rope.scaling.type", out -> out.key("deepseek2.rope.scaling.type", "yarn"));
            put("rope.scaling.factor", (float) GoldenConfig.number(scaling, "factor"));
            put("rope.scaling.original_context_length", (int)
                    GoldenConfig.number(scaling, "original_max_position_embeddings"));
            put("rope.scaling.yarn_log_multiplier", 0.1f * (float) GoldenConfig.number(scaling, "mscale_all_dim"));
        }
    }

    private void llama4() {
        grouped("llama4");
        copy("intermediate_size_mlp", "feed_forward_length");
        copy("intermediate_size", "expert_feed_forward_length");
        copy("num_local_experts", "expert_count");
        copy("num_experts_per_tok", "expert_used_count");
        copy("interleave_moe_layer_step", "interleave_moe_layer_step");
        copy("attention_chunk_size", "attention.sliding_window");
        copy("floor_scale", "attention.temperature_length");
    }
}
