package orrery.catalog;

import static orrery.spec.Activation.SILU;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import orrery.catalog.TensorNames.Part;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.Draft;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.Experts.Router;
import orrery.spec.FeedForward;
import orrery.spec.HeadSpec;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;
import orrery.tensor.Matrix.Layout;

/**
 * DeepSeek V2 (arXiv:2405.04434) and V3 / R1 (arXiv:2412.19437): multi-head latent attention, and many small experts
 * with shared ones.
 */
final class DeepSeekFamily implements Family {
    private static final String V3 = "deepseek_v3";
    /** The norm of the latents; rms_norm_eps applies to the other norms. */
    private static final NormSpec LATENT_NORM = new NormSpec.Rms(1e-6);

    private static final String OWN_LICENCE = "DeepSeek Model License";

    @Override
    public String name() {
        return "DeepSeek";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("deepseek_v2", V3);
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        boolean third = config.text("model_type").equals(V3);
        if (config.has("num_key_value_heads")
                && config.integer("num_key_value_heads") != config.integer("num_attention_heads")) {
            throw new CatalogException(config.origin() + ": num_key_value_heads is "
                    + config.integer("num_key_value_heads") + ", expected as many as num_attention_heads");
        }
        double epsilon = config.decimal("rms_norm_eps", 1e-6);
        int layers = Config.layers(config, "num_hidden_layers");
        var activation = Config.activation(config, "hidden_act", "silu");
        int rotary = Config.size(config, "qk_rope_head_dim");
        int plain = Config.size(config, "qk_nope_head_dim");
        if (third) {
            requireRotaryHead(config, rotary);
        }
        int maxPositions = Config.size(config, "max_position_embeddings");
        var ropes = new RopeConfig(config, rotary, 10_000, maxPositions);
        double temperature = ropes.scoreTemperature();
        boolean neighbours = !third || flag(config, "rope_interleave", true);
        var attention = new Latent(
                Config.size(config, "num_attention_heads"),
                absent(config, "q_lora_rank")
                        ? OptionalInt.empty()
                        : OptionalInt.of(Config.size(config, "q_lora_rank", 1536)),
                Config.size(config, "kv_lora_rank"),
                plain,
                Config.size(config, "v_head_dim"),
                ropes.read(neighbours ? Position.Pairing.INTERLEAVED : Position.Pairing.HALVES),
                LATENT_NORM,
                new Scores(temperature * temperature / Math.sqrt(plain + rotary)),
                config.flag("attention_bias", false));
        var dense = new FeedForward(Config.size(config, "intermediate_size"), activation);
        int firstSparse = config.integer("first_k_dense_replace", third ? 3 : 0);
        var experts = absent(config, "n_routed_experts") ? dense : experts(config, third, activation);
        var feedForwards = new ArrayList<Op>();
        for (int i = 0; i < layers; i++) {
            feedForwards.add(i >= firstSparse ? experts : dense);
        }
        var spec = decoder(
                name,
                Config.size(config, "vocab_size"),
                Config.size(config, "hidden_size"),
                maxPositions,
                attention,
                feedForwards,
                epsilon,
                config.flag("tie_word_embeddings", false));
        return config.integer("num_nextn_predict_layers", 0) > 0
                ? spec.withDraft(draft(attention, experts, epsilon))
                : spec;
    }

    private static Draft draft(Latent attention, Op feedForward, double epsilon) {
        var norm = new NormSpec.Rms(epsilon);
        return new Draft(
                norm, new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward)));
    }

    /** Explicitly null, which means that the part does not exist; a missing key means the class's default. */
    private static boolean absent(Metadata config, String key) {
        return config.mentions(key) && !config.has(key);
    }

    /** A flag for which null means false. */
    private static boolean flag(Metadata config, String key, boolean fallback) {
        return !absent(config, key) && config.flag(key, fallback);
    }

    /**
     * transformers writes it when it saves a config, uses it as the size of V3's rotary part, and fails if it has
     * another value.
     */
    private static void requireRotaryHead(Metadata config, int rotary) {
        int size = config.integer("head_dim", rotary);
        if (size != rotary) {
            throw new CatalogException(
                    config.origin() + ": head_dim is " + size + ", expected qk_rope_head_dim, " + rotary);
        }
    }

    @Override
    public ConfigKeys keys(String modelType) {
        var keys = ConfigKeys.ROTARY
                .harmless("is qk_nope_head_dim and qk_rope_head_dim together", "qk_head_dim")
                .harmless("matters in training only", "aux_loss_alpha", "seq_aux")
                .harmless("concerns how experts are distributed over machines", "ep_size")
                .only("mlp_bias", false, "no release has biases there")
                .only(
                        "moe_layer_freq",
                        1,
                        "in transformers every layer from first_k_dense_replace on has experts, in the authors' own"
                                + " code one in so many");
        return modelType.equals(V3)
                ? keys.only("scoring_func", "sigmoid", "transformers and the authors' code know no other here")
                        .only("topk_method", "noaux_tc", "transformers and the authors' code know no other here")
                : keys.harmless("is qk_rope_head_dim, whatever this says", "head_dim")
                        .only("scoring_func", "softmax", "transformers and the authors' code know no other here")
                        .onlyOneOf(
                                "topk_method",
                                List.of("greedy", "group_limited_greedy"),
                                "others were introduced" + " with V3")
                        .only(
                                "norm_topk_prob",
                                false,
                                "transformers ignores it here, and the authors' own code divides the weights of the"
                                        + " chosen experts by their sum instead of scaling them");
    }

    private static Experts experts(Metadata config, boolean third, orrery.spec.Activation activation) {
        int width = Config.size(config, "moe_intermediate_size");
        int shared = absent(config, "n_shared_experts") ? 0 : config.integer("n_shared_experts", third ? 1 : 2);
        return new Experts(
                Config.size(config, "n_routed_experts", third ? 256 : 64),
                Config.size(config, "num_experts_per_tok"),
                new FeedForward(width, activation),
                router(config, third),
                shared == 0
                        ? Optional.empty()
                        : Optional.of(new FeedForward(
                                Config.product(config, "n_shared_experts", width, shared), activation)));
    }

    private static Router router(Metadata config, boolean third) {
        String scoring = config.text("scoring_func", third ? "sigmoid" : "softmax");
        String method = config.text("topk_method", third ? "noaux_tc" : "greedy");
        int groups = Config.size(config, "n_group", third ? 8 : 1);
        int kept = Config.size(config, "topk_group", third ? 4 : 1);
        var choice = switch (method) {
            case "greedy" -> Router.Groups.ALL;
            case "group_limited_greedy" -> new Router.Groups.Best(groups, kept, Router.GroupScore.MAXIMUM);
            case "noaux_tc" -> new Router.Groups.Best(groups, kept, Router.GroupScore.TOP_TWO_SUM);
            default ->
                throw Config.unknown(
                        config, "topk_method", method, List.of("greedy", "group_limited_greedy", "noaux_tc"));
        };
        var scores = switch (scoring) {
            case "softmax" -> Router.Scoring.SOFTMAX;
            case "sigmoid" -> Router.Scoring.SIGMOID;
            default -> throw Config.unknown(config, "scoring_func", scoring, List.of("sigmoid", "softmax"));
        };
        return new Router(
                scores,
                method.equals("noaux_tc"),
                flag(config, "norm_topk_prob", third),
                config.decimal("routed_scaling_factor", third ? 2.5 : 1),
                choice,
                Router.Target.OUTPUT);
    }

    private static ArchitectureSpec decoder(
            String name,
            int vocabSize,
            int hiddenSize,
            int maxPositions,
            Latent attention,
            List<Op> feedForwards,
            double epsilon,
            boolean tied) {
        var norm = new NormSpec.Rms(epsilon);
        var layers = new ArrayList<LayerSpec>();
        for (var feedForward : feedForwards) {
            layers.add(new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward)));
        }
        return new ArchitectureSpec(
                name, vocabSize, hiddenSize, maxPositions, EmbeddingSpec.PLAIN, layers, norm, new HeadSpec(tied, 0));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        var attention = (Latent) spec.layers().getFirst().attention();
        int group = attention.nopeSize() + attention.valueSize();
        String up = "self_attn.kv_b_proj.weight";
        return TensorNames.llamaLike(TensorNames.preNorms()
                        .linear("attention.q_down", "self_attn.q_a_proj")
                        .linear("attention.q_norm", "self_attn.q_a_layernorm")
                        .linear("attention.q_up", "self_attn.q_b_proj")
                        .linear("attention.kv_down", "self_attn.kv_a_proj_with_mqa")
                        .linear("attention.kv_norm", "self_attn.kv_a_layernorm")
                        .put("attention.k_up.weight", Part.grouped(up, group, 0))
                        .put("attention.v_up.weight", Part.grouped(up, group, attention.nopeSize()))
                        .put("mlp.router.weight", "mlp.gate.weight")
                        .put("mlp.router.bias", "mlp.gate.e_score_correction_bias")
                        .experts("mlp.experts", Layout.OUT_IN)
                        .linear("mlp.shared.gate", "mlp.shared_experts.gate_proj")
                        .linear("mlp.shared.up", "mlp.shared_experts.up_proj")
                        .linear("mlp.shared.down", "mlp.shared_experts.down_proj"))
                .withDraft(new TensorNames.Table()
                        .put("embedding.tokens", "embed_tokens.weight")
                        .linear("embedding_norm", "enorm")
                        .linear("hidden_norm", "hnorm")
                        .linear("project", "eh_proj")
                        .linear("final_norm", "shared_head.norm")
                        .linear("head", "shared_head.head"));
    }

    @Override
    public List<Release> releases() {
        var lite = new Experts(
                64, 6, new FeedForward(1408, SILU), Router.softmax(false), Optional.of(new FeedForward(2816, SILU)));
        var second = new Experts(
                160,
                6,
                new FeedForward(1536, SILU),
                new Router(
                        Router.Scoring.SOFTMAX,
                        false,
                        false,
                        16,
                        new Router.Groups.Best(8, 3, Router.GroupScore.MAXIMUM),
                        Router.Target.OUTPUT),
                Optional.of(new FeedForward(3072, SILU)));
        var third = new Experts(
                256,
                8,
                new FeedForward(2048, SILU),
                new Router(
                        Router.Scoring.SIGMOID,
                        true,
                        true,
                        2.5,
                        new Router.Groups.Best(8, 4, Router.GroupScore.TOP_TWO_SUM),
                        Router.Target.OUTPUT),
                Optional.of(new FeedForward(2048, SILU)));
        return List.of(
                release("DeepSeek-V2-Lite", 102_400, 2048, 16, 0, 0.707, 27, 1, 10_944, lite)
                        .on("2024-05-16")
                        .under(OWN_LICENCE)
                        .in("2405.04434")
                        .also("-Chat", "DeepSeek-Coder-V2-Lite-Base", "DeepSeek-Coder-V2-Lite-Instruct"),
                release("DeepSeek-V2", 102_400, 5120, 128, 1536, 0.707, 60, 1, 12_288, second)
                        .on("2024-05-06")
                        .under(OWN_LICENCE)
                        .in("2405.04434")
                        .also("-Chat"),
                release("DeepSeek-V2.5", 102_400, 5120, 128, 1536, 1, 60, 1, 12_288, second)
                        .on("2024-09-05")
                        .under(OWN_LICENCE)
                        .in("2405.04434"),
                release("DeepSeek-V3", 129_280, 7168, 128, 1536, 1, 61, 3, 18_432, third)
                        .on("2024-12-26")
                        .under(OWN_LICENCE)
                        .in("2412.19437")
                        .also("-Base", "-0324"),
                release("DeepSeek-R1", 129_280, 7168, 128, 1536, 1, 61, 3, 18_432, third)
                        .on("2025-01-20")
                        .under("MIT")
                        .in("2501.12948")
                        .also("-Zero", "-0528"),
                release("DeepSeek-V3.1", 129_280, 7168, 128, 1536, 1, 61, 3, 18_432, third)
                        .on("2025-08-21")
                        .under("MIT")
                        .in("2412.19437")
                        .also("-Base"));
    }

    private static Release release(
            String hubName,
            int vocabSize,
            int hiddenSize,
            int heads,
            int queryRank,
            double mscale,
            int layers,
            int denseLayers,
            int denseSize,
            Experts experts) {
        double temperature = RopeScaling.Yarn.temperature(40, mscale);
        var attention = new Latent(
                heads,
                queryRank == 0 ? OptionalInt.empty() : OptionalInt.of(queryRank),
                512,
                128,
                128,
                new Position.Rope(
                        10_000, 64, Position.Pairing.INTERLEAVED, new RopeScaling.Yarn(40, 4096, 32, 1, 1, true)),
                LATENT_NORM,
                new Scores(temperature * temperature / Math.sqrt(192)),
                false);
        var feedForwards = new ArrayList<Op>();
        for (int i = 0; i < layers; i++) {
            feedForwards.add(i < denseLayers ? new FeedForward(denseSize, SILU) : experts);
        }
        var spec = decoder(
                hubName.toLowerCase(java.util.Locale.ROOT),
                vocabSize,
                hiddenSize,
                163_840,
                attention,
                feedForwards,
                1e-6,
                false);
        boolean drafting = experts.router().correctionBias();
        return new Release("deepseek-ai/" + hubName, drafting ? spec.withDraft(draft(attention, experts, 1e-6)) : spec);
    }
}
