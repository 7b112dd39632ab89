package orrery.model;

import java.util.Map;
import java.util.Objects;

/** llama.cpp's names of Hugging Face tensors that are the same in every family. */
final class GgufRenaming {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("embed_tokens", "token_embd"),
            Map.entry("norm", "output_norm"),
            Map.entry("lm_head", "output"),
            Map.entry("embed_tokens_per_layer", "per_layer_token_embd"),
            Map.entry("per_layer_model_projection", "per_layer_model_proj"),
            Map.entry("per_layer_projection_norm", "per_layer_proj_norm"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("pre_feedforward_layernorm", "ffn_norm"),
            Map.entry("post_feedforward_layernorm", "post_ffw_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("self_attn.q_a_proj", "attn_q_a"),
            Map.entry("self_attn.q_a_layernorm", "attn_q_a_norm"),
            Map.entry("self_attn.q_b_proj", "attn_q_b"),
            Map.entry("self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa"),
            Map.entry("self_attn.kv_a_layernorm", "attn_kv_a_norm"),
            Map.entry("self_attn.kv_b_proj", "attn_kv_b"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"),
            Map.entry("mlp.gate", "ffn_gate_inp"),
            Map.entry("mlp.shared_experts.gate_proj", "ffn_gate_shexp"),
            Map.entry("mlp.shared_experts.up_proj", "ffn_up_shexp"),
            Map.entry("mlp.shared_experts.down_proj", "ffn_down_shexp"),
            Map.entry("feed_forward.gate_proj", "ffn_gate"),
            Map.entry("feed_forward.up_proj", "ffn_up"),
            Map.entry("feed_forward.down_proj", "ffn_down"),
            Map.entry("feed_forward.router", "ffn_gate_inp"),
            Map.entry("feed_forward.shared_expert.gate_proj", "ffn_gate_shexp"),
            Map.entry("feed_forward.shared_expert.up_proj", "ffn_up_shexp"),
            Map.entry("feed_forward.shared_expert.down_proj", "ffn_down_shexp"),
            Map.entry("altup.correction_coefs", "altup_correct_coef"),
            Map.entry("altup.prediction_coefs", "altup_predict_coef"),
            Map.entry("altup.modality_router", "altup_router"),
            Map.entry("altup.router_norm", "altup_router_norm"),
            Map.entry("laurel.linear_left", "laurel_l"),
            Map.entry("laurel.linear_right", "laurel_r"),
            Map.entry("laurel.post_laurel_norm", "laurel_post_norm"),
            Map.entry("per_layer_input_gate", "inp_gate"),
            Map.entry("per_layer_projection", "proj"),
            Map.entry("post_per_layer_input_norm", "post_norm"),
            Map.entry("wte", "token_embd"),
            Map.entry("wpe", "position_embd"),
            Map.entry("ln_f", "output_norm"),
            Map.entry("ln_1", "attn_norm"),
            Map.entry("ln_2", "ffn_norm"),
            Map.entry("attn.c_attn", "attn_qkv"),
            Map.entry("attn.c_proj", "attn_output"),
            Map.entry("mlp.c_fc", "ffn_up"),
            Map.entry("mlp.c_proj", "ffn_down"));

    private GgufRenaming() {}

    /** The name of a tensor, its ending kept. */
    static String of(String name) {
        int dot = name.lastIndexOf('.');
        return Objects.requireNonNull(NAMES.get(name.substring(0, dot)), name) + name.substring(dot);
    }
}
