package orrery.catalog;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import orrery.catalog.TensorNames.Part;
import orrery.catalog.TensorNames.Table;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.RopeScaling;
import orrery.tensor.Matrix.Layout;

/**
 * DeepSeek V2 and V3 in GGUF, in two generations of files: older ones store the up-projection of keys and values as one
 * matrix and count a KV head per head; newer ones store keys (transposed) and values separately and count one. Some
 * contain both.
 */
final class GgufDeepSeek implements GgufArchitecture {
    private static final String UP = "attn_kv_b.weight";
    private static final String NEXT = "nextn_predict_layers";
    private static final String TEMPERATURE = "rope.scaling.yarn_log_multiplier";
    private static final String GROUP_COUNT = "expert_group_count";
    private static final String GROUPS_USED = "expert_group_used_count";
    private static final int SOFTMAX = 1;
    private static final int SIGMOID = 2;

    /** Groups of experts, and how many are kept, by the number of experts: older files omit the values of V2 and V3. */
    private static final Map<Integer, int[]> GROUPS = Map.of(160, new int[] {8, 3}, 256, new int[] {8, 4});

    /** Written only for models with experts. */
    private static final List<GgufRow> EXPERTS = List.of(
            GgufRow.count("expert_count", "n_routed_experts", GgufParts.ofExperts(Experts::count)),
            GgufRow.count("expert_used_count", "num_experts_per_tok", GgufParts.ofExperts(Experts::active)),
            GgufRow.count(
                    "expert_feed_forward_length",
                    "moe_intermediate_size",
                    GgufParts.ofExperts(experts -> experts.expert().intermediateSize())),
            GgufRow.count("expert_shared_count", "n_shared_experts", GgufParts.ofExperts(GgufDeepSeek::shared))
                    .unlessZero());

    @Override
    public Map<String, String> modelTypes() {
        return Map.of("deepseek_v2", "deepseek2", "deepseek_v3", "deepseek2");
    }

    @Override
    public List<GgufRow> rows(String architecture) {
        return GgufRow.decoder(
                GgufRow.count("feed_forward_length", "intermediate_size", GgufParts::width),
                GgufRow.count(
                        "attention.kv_lora_rank",
                        "kv_lora_rank",
                        spec -> GgufParts.latent(spec).latentRank()),
                GgufRow.count("leading_dense_block_count", "first_k_dense_replace", GgufDeepSeek::leading)
                        .unlessZero(),
                GgufRow.count(
                                NEXT,
                                "num_nextn_predict_layers",
                                spec -> spec.draft().isPresent() ? 1 : 0)
                        .unlessZero());
    }

    private static int leading(ArchitectureSpec spec) {
        int first = GgufParts.sparse(spec).indexOf(true);
        return first < 0 ? spec.layers().size() : first;
    }

    /** Shared experts, which run as one expert of a multiple width. */
    private static int shared(Experts experts) {
        int width = experts.expert().intermediateSize();
        return experts.shared().map(one -> one.intermediateSize() / width).orElse(0);
    }

    @Override
    public void say(GgufSaid said) {
        var attention = GgufParts.latent(said.spec());
        GgufRope.say(said, attention.rope());
        said.put("attention.head_count_kv", 1)
                .put(
                        "attention.key_length",
                        attention.latentRank() + attention.rope().dimensions())
                .put("attention.value_length", attention.latentRank())
                .put("attention.key_length_mla", attention.querySize())
                .put("attention.value_length_mla", attention.valueSize());
        attention.queryRank().ifPresent(rank -> said.put("attention.q_lora_rank", rank));
        if (attention.rope().scaling() instanceof RopeScaling.Yarn yarn) {
            // Scores are multiplied by the square of 1 + multiplier * ln(factor); cosine and sine are not scaled.
            double temperature = attention.scores().scale() * Math.sqrt(attention.querySize());
            double multiplier = (Math.sqrt(temperature) - 1) / Math.log(yarn.factor());
            said.put(TEMPERATURE, yarn.factor() <= 1 ? 0.0 : multiplier);
        }
        if (!attention.norm().equals(said.spec().finalNorm())) {
            said.notes()
                    .add("no key gives the epsilon of the norms on latents: it is "
                            + ((NormSpec.Rms) attention.norm()).epsilon()
                            + " in every DeepSeek, and llama.cpp assumes that of the other norms");
        }
        GgufParts.experts(said.spec()).ifPresent(experts -> {
            EXPERTS.forEach(row -> row.write(said));
            say(said, experts.router());
        });
    }

    private static void say(GgufSaid said, Experts.Router router) {
        said.put("expert_weights_scale", router.scale())
                .put("expert_weights_norm", router.normalised())
                .put("expert_gating_func", router.scoring() == Experts.Router.Scoring.SOFTMAX ? SOFTMAX : SIGMOID);
        switch (router.groups()) {
            case Experts.Router.Groups.All _ -> said.put(GROUP_COUNT, 1).put(GROUPS_USED, 1);
            case Experts.Router.Groups.Best(var groups, var kept, var _) ->
                said.put(GROUP_COUNT, groups).put(GROUPS_USED, kept);
        }
    }

    @Override
    public void translate(GgufKeys keys) {
        attention(keys);
        int drafts = keys.integer(NEXT, 0);
        keys.put("num_hidden_layers", keys.integer("block_count") - drafts);
        if (keys.integer("expert_count", 0) > 0) {
            EXPERTS.forEach(row -> row.read(keys));
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
        keys.put("qk_rope_head_dim", rotary)
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

    /** Newer files have the sizes of the absorbed form in addition to those of the heads. */
    private static void requireSize(GgufKeys keys, String key, int expected) {
        if (keys.integer(key, expected) != expected) {
            throw keys.wrong(key, keys.integer(key), expected + ", as the latents have it");
        }
    }

    /**
     * YaRN's temperature is stored as a tenth of the configs' {@code mscale_all_dim}; all releases have the same
     * {@code mscale}.
     */
    private static void temperature(GgufKeys keys) {
        if (keys.text("rope.scaling.type", "none").equals("yarn")) {
            if (!keys.has(TEMPERATURE)) {
                throw keys.wrong(TEMPERATURE, "missing", "a tenth of mscale_all_dim");
            }
            double tenth = keys.decimal(TEMPERATURE, 0);
            keys.extend("rope_scaling", Map.of("mscale", 10 * tenth, "mscale_all_dim", 10 * tenth));
        }
    }

    private static void experts(GgufKeys keys) {
        boolean corrected = keys.holdsAny(Pattern.compile("blk\\.\\d+\\.exp_probs_b\\.bias"));
        int gating = keys.integer("expert_gating_func", SOFTMAX);
        if (gating != SOFTMAX && gating != SIGMOID) {
            throw keys.wrong("expert_gating_func", gating, "1, the softmax, or 2, the sigmoid");
        }
        int[] known = GROUPS.getOrDefault(keys.integer("expert_count"), new int[] {1, 1});
        int groups = keys.integer(GROUP_COUNT, known[0]);
        keys.put("model_type", corrected ? "deepseek_v3" : "deepseek_v2")
                .put("routed_scaling_factor", keys.decimal("expert_weights_scale", 1))
                .put("norm_topk_prob", keys.flag("expert_weights_norm", false))
                .put("scoring_func", gating == SOFTMAX ? "softmax" : "sigmoid")
                .put("topk_method", corrected ? "noaux_tc" : groups > 1 ? "group_limited_greedy" : "greedy")
                .put("n_group", groups)
                .put("topk_group", keys.integer(GROUPS_USED, known[1]));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        var attention = (Latent) spec.layers().getFirst().attention();
        int group = attention.nopeSize() + attention.valueSize();
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
                        Part.grouped(UP, group, attention.nopeSize()));
        return GgufNames.decoder(layer).withDraft(GgufNames.draft());
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec, GgufKeys keys) {
        var names = tensorNames(spec);
        return keys.holds("blk.0.attn_k_b.weight") && keys.holds("blk.0.attn_v_b.weight")
                ? names.repeating(Pattern.compile("blk\\.\\d+\\." + Pattern.quote(UP)))
                : names;
    }
}
