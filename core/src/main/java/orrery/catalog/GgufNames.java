package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import orrery.catalog.TensorNames.Copies;
import orrery.catalog.TensorNames.Part;
import orrery.catalog.TensorNames.Table;
import orrery.tensor.Matrix.Layout;

/**
 * The names of weights in GGUF files, the same for all architectures. Source: {@code gguf-py/gguf/constants.py} of
 * github.com/ggml-org/llama.cpp.
 */
final class GgufNames {
    private GgufNames() {}

    /**
     * The names of a decoder.
     *
     * @param layer weights that an architecture adds or names differently
     */
    static TensorNames decoder(Table layer) {
        var all = new Table()
                .linear("attention.q", "attn_q")
                .linear("attention.k", "attn_k")
                .linear("attention.v", "attn_v")
                .linear("attention.o", "attn_output")
                .linear("mlp.gate", "ffn_gate")
                .linear("mlp.up", "ffn_up")
                .linear("mlp.down", "ffn_down");
        all.parts().putAll(layer.parts());
        return new TensorNames(
                new Table()
                        .put("embedding.tokens", GgufKeys.EMBEDDING)
                        .linear("final_norm", "output_norm")
                        .put("head.weight", GgufKeys.HEAD)
                        .parts(),
                "blk.",
                all.parts(),
                List.of(),
                List.of(),
                Map.of());
    }

    /** The norms before attention and feed-forward. */
    static Table preNorms() {
        return new Table().linear("attention.before", "attn_norm").linear("mlp.before", "ffn_norm");
    }

    /** The norms after them. */
    static Table postNorms(Table table) {
        return table.linear("attention.after", "post_attention_norm").linear("mlp.after", "post_ffw_norm");
    }

    /** The norms on queries and keys. */
    static Table headNorms(Table table) {
        return table.linear("attention.q_norm", "attn_q_norm").linear("attention.k_norm", "attn_k_norm");
    }

    /** A router and its stacked experts; newer converters may stack gate and up projections in one tensor. */
    static Table experts(Table table) {
        return table.put("mlp.router.weight", "ffn_gate_inp.weight")
                .put("mlp.router.bias", "exp_probs_b.bias")
                .put("mlp.experts.gate.weight", stacked("ffn_gate_exps", 0, 1), stacked("ffn_gate_up_exps", 0, 2))
                .put("mlp.experts.up.weight", stacked("ffn_up_exps", 0, 1), stacked("ffn_gate_up_exps", 1, 2))
                .put("mlp.experts.down.weight", stacked("ffn_down_exps", 0, 1));
    }

    /** The expert that always runs. */
    static Table sharedExpert(Table table) {
        return table.linear("mlp.shared.gate", "ffn_gate_shexp")
                .linear("mlp.shared.up", "ffn_up_shexp")
                .linear("mlp.shared.down", "ffn_down_shexp");
    }

    /** The weights of a draft besides its layer; embedding and head are copies of the model's own. */
    static Table draft() {
        return new Table()
                .put("embedding.tokens", "nextn.embed_tokens.weight")
                .linear("embedding_norm", "nextn.enorm")
                .linear("hidden_norm", "nextn.hnorm")
                .linear("project", "nextn.eh_proj")
                .linear("final_norm", "nextn.shared_head_norm")
                .linear("head", "nextn.shared_head_head");
    }

    private static Part stacked(String tensor, int slice, int slices) {
        return stacked(tensor, Layout.OUT_IN, slice, slices);
    }

    /** Copies of a weight in one tensor. */
    static Part stacked(String tensor, Layout layout, int slice, int slices) {
        return new Part(tensor + ".weight", layout, slice, slices, Copies.STACKED);
    }

    /** The same names, ignoring the divisors of RoPE's frequencies, which are part of the spec. */
    static TensorNames withDivisors(TensorNames names) {
        return names.ignoring(Pattern.compile(Pattern.quote(GgufRope.DIVISORS)));
    }
}
