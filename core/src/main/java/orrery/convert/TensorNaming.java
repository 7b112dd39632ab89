package orrery.convert;

import java.util.Map;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;

/** What GGUF files call the weights of a spec. Source: {@code gguf-py/gguf/constants.py} and {@code tensor_mapping.py} of github.com/ggml-org/llama.cpp. */
final class TensorNaming {
    /** Weights outside the layers, by path. */
    private static final Map<String, String> TOP = Map.ofEntries(
            Map.entry("embedding.tokens", "token_embd.weight"),
            Map.entry("embedding.positions", "position_embd.weight"),
            Map.entry("embedding.per_layer.tokens", "per_layer_token_embd.weight"),
            Map.entry("embedding.per_layer.projection", "per_layer_model_proj.weight"),
            Map.entry("embedding.per_layer.norm.weight", "per_layer_proj_norm.weight"),
            Map.entry("streams.spread", "altup_proj.weight"),
            Map.entry("streams.gather", "altup_unembd_proj.weight"),
            Map.entry("final_norm.weight", "output_norm.weight"),
            Map.entry("final_norm.bias", "output_norm.bias"),
            Map.entry("head.weight", "output.weight"));

    /** Weights of a layer, by role without {@code .weight} and {@code .bias}. */
    private static final Map<String, String> LAYER = Map.ofEntries(
            Map.entry("attention.before", "attn_norm"),
            Map.entry("attention.after", "post_attention_norm"),
            Map.entry("attention.q", "attn_q"),
            Map.entry("attention.k", "attn_k"),
            Map.entry("attention.v", "attn_v"),
            Map.entry("attention.o", "attn_output"),
            Map.entry("attention.q_norm", "attn_q_norm"),
            Map.entry("attention.k_norm", "attn_k_norm"),
            Map.entry("attention.q_down", "attn_q_a"),
            Map.entry("attention.q_up", "attn_q_b"),
            Map.entry("attention.kv_down", "attn_kv_a_mqa"),
            Map.entry("attention.kv_norm", "attn_kv_a_norm"),
            Map.entry("attention.k_up", "attn_k_b"),
            Map.entry("attention.v_up", "attn_v_b"),
            Map.entry("mlp.before", "ffn_norm"),
            Map.entry("mlp.after", "post_ffw_norm"),
            Map.entry("mlp.gate", "ffn_gate"),
            Map.entry("mlp.up", "ffn_up"),
            Map.entry("mlp.down", "ffn_down"),
            Map.entry("mlp.router", "ffn_gate_inp"),
            Map.entry("mlp.experts.gate", "ffn_gate_exps"),
            Map.entry("mlp.experts.up", "ffn_up_exps"),
            Map.entry("mlp.experts.down", "ffn_down_exps"),
            Map.entry("mlp.shared.gate", "ffn_gate_shexp"),
            Map.entry("mlp.shared.up", "ffn_up_shexp"),
            Map.entry("mlp.shared.down", "ffn_down_shexp"),
            Map.entry("altup.scale", "altup_correct_scale.weight"),
            Map.entry("altup.correct", "altup_correct_coef"),
            Map.entry("altup.predict", "altup_predict_coef"),
            Map.entry("altup.router", "altup_router"),
            Map.entry("altup.norm", "altup_router_norm"),
            Map.entry("laurel.left", "laurel_l"),
            Map.entry("laurel.right", "laurel_r"),
            Map.entry("laurel.norm", "laurel_post_norm"),
            Map.entry("input.gate", "inp_gate"),
            Map.entry("input.up", "proj"),
            Map.entry("input.norm", "post_norm"));

    private TensorNaming() {}

    /** The name of a weight outside the layers. */
    static String top(String path) {
        return found(path, TOP.get(path));
    }

    /** The name of a weight within a layer. */
    static String inLayer(String role, LayerSpec layer) {
        if (role.equals("mlp.router.bias")) {
            return "exp_probs_b.bias"; // it takes part in the choice of experts, and is no bias of the router's
        }
        int dot = role.lastIndexOf('.');
        String kind = role.substring(dot);
        if (!kind.equals(".weight") && !kind.equals(".bias")) {
            return found(role, LAYER.get(role));
        }
        String bare = role.substring(0, dot);
        // Two norms of the same role: over heads, and over what queries are made of.
        boolean latent = layer.attention() instanceof Latent && bare.equals("attention.q_norm");
        return latent ? "attn_q_a_norm" + kind : found(role, LAYER.get(bare)) + kind;
    }

    private static String found(String path, @org.jspecify.annotations.Nullable String name) {
        if (name == null) {
            throw new IllegalStateException("no GGUF tensor holds the weight " + path);
        }
        return name;
    }
}
