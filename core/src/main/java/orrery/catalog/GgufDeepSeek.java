package orrery.catalog;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import orrery.catalog.TensorNames.Part;
import orrery.catalog.TensorNames.Table;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Latent;
import orrery.tensor.Matrix.Layout;

/**
 * DeepSeek V2 and V3 in GGUF, of two generations: older files keep the up-projection of keys and values as one matrix and count a key-value
 * head for each head, newer ones keep keys, the other way round, and values apart and count one. Some carry both.
 */
final class GgufDeepSeek implements GgufArchitecture {
    private static final String UP = "attn_kv_b.weight";

    /** Groups of experts, and how many are kept, by the number of experts: older files leave out what V2 and V3 have. */
    private static final Map<Integer, int[]> GROUPS = Map.of(160, new int[] {8, 3}, 256, new int[] {8, 4});

    @Override
    public Set<String> names() {
        return Set.of("deepseek2");
    }

    @Override
    public void translate(GgufKeys keys) {
        keys.decoder("layer_norm_rms_epsilon").require("feed_forward_length", "intermediate_size");
        attention(keys);
        keys.put("first_k_dense_replace", 0).copy("leading_dense_block_count", "first_k_dense_replace");
        if (keys.integer("expert_count", 0) > 0) {
            experts(keys);
        } else {
            keys.put("model_type", "deepseek_v2").put("n_routed_experts", null);
        }
    }

    private static void attention(GgufKeys keys) {
        int heads = keys.integer("attention.head_count");
        int keyValueHeads = keys.integer("attention.head_count_kv", heads);
        if (keyValueHeads != heads && keyValueHeads != 1) {
            throw keys.wrong("attention.head_count_kv", keyValueHeads, "1 or the heads, " + heads);
        }
        String size = keys.integer("attention.key_length_mla", 0) > 0 ? "_mla" : "";
        int key = keys.integer("attention.key_length" + size);
        int rotary = keys.integer("rope.dimension_count");
        if (rotary < 1 || rotary >= key) {
            throw keys.wrong("rope.dimension_count", rotary, "less than the " + key + " elements of a key");
        }
        keys.require("attention.kv_lora_rank", "kv_lora_rank")
                .put("qk_rope_head_dim", rotary)
                .put("qk_nope_head_dim", key - rotary)
                .require("attention.value_length" + size, "v_head_dim");
        if (!size.isEmpty()) {
            int rank = keys.integer("attention.kv_lora_rank");
            requireSize(keys, "attention.key_length", rank + rotary);
            requireSize(keys, "attention.value_length", rank);
        }
        keys.put("q_lora_rank", null);
        if (keys.integer("attention.q_lora_rank", 0) > 0) {
            keys.require("attention.q_lora_rank", "q_lora_rank");
        }
        GgufRope.put(keys, rotary, 10_000);
        temperature(keys);
    }

    /** Newer files give the sizes of the absorbed form beside those of the heads. */
    private static void requireSize(GgufKeys keys, String key, int expected) {
        if (keys.integer(key, expected) != expected) {
            throw keys.wrong(key, keys.integer(key), expected + ", as the latents have it");
        }
    }

    /** YaRN's temperature is stored as a tenth of what configs call {@code mscale_all_dim}; all releases have the same {@code mscale}. */
    private static void temperature(GgufKeys keys) {
        String key = "rope.scaling.yarn_log_multiplier";
        if (keys.text("rope.scaling.type", "none").equals("yarn")) {
            if (!keys.has(key)) {
                throw keys.wrong(key, "missing", "a tenth of mscale_all_dim");
            }
            double tenth = keys.decimal(key, 0);
            keys.extend("rope_scaling", Map.of("mscale", 10 * tenth, "mscale_all_dim", 10 * tenth));
        }
    }

    private static void experts(GgufKeys keys) {
        boolean corrected = keys.holdsAny(Pattern.compile("blk\\.\\d+\\.exp_probs_b\\.bias"));
        int gating = keys.integer("expert_gating_func", 1);
        if (gating != 1 && gating != 2) {
            throw keys.wrong("expert_gating_func", gating, "1, the softmax, or 2, the sigmoid");
        }
        int[] known = GROUPS.getOrDefault(keys.integer("expert_count"), new int[] {1, 1});
        int groups = keys.integer("expert_group_count", known[0]);
        keys.put("model_type", corrected ? "deepseek_v3" : "deepseek_v2")
                .require("expert_count", "n_routed_experts")
                .require("expert_used_count", "num_experts_per_tok")
                .require("expert_feed_forward_length", "moe_intermediate_size")
                .put("n_shared_experts", keys.integer("expert_shared_count", 0))
                .put("routed_scaling_factor", keys.decimal("expert_weights_scale", 1))
                .put("norm_topk_prob", keys.flag("expert_weights_norm", false))
                .put("scoring_func", gating == 1 ? "softmax" : "sigmoid")
                .put("topk_method", corrected ? "noaux_tc" : groups > 1 ? "group_limited_greedy" : "greedy")
                .put("n_group", groups)
                .put("topk_group", keys.integer("expert_group_used_count", known[1]));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys) {
        var attention = (Latent) spec.layers().getFirst().attention();
        int group = attention.plainSize() + attention.valueSize();
        Table layer = GgufNames.sharedExpert(GgufNames.experts(GgufNames.preNorms()))
                .linear("attention.q_down", "attn_q_a")
                .linear("attention.q_norm", "attn_q_a_norm")
                .linear("attention.q_up", "attn_q_b")
                .linear("attention.kv_down", "attn_kv_a_mqa")
                .linear("attention.kv_norm", "attn_kv_a_norm")
                .put(
                        "attention.k_up.weight",
                        GgufNames.stacked("attn_k_b", Layout.IN_OUT, 0, 1),
                        Part.grouped(UP, group, 0))
                .put(
                        "attention.v_up.weight",
                        GgufNames.stacked("attn_v_b", Layout.OUT_IN, 0, 1),
                        Part.grouped(UP, group, attention.plainSize()));
        var names = GgufNames.decoder(layer);
        return keys.holds("blk.0.attn_k_b.weight") && keys.holds("blk.0.attn_v_b.weight")
                ? names.repeating(Pattern.compile("blk\\.\\d+\\." + Pattern.quote(UP)))
                : names;
    }
}
