package orrery.catalog;

import static orrery.spec.Activation.SILU;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.tensor.Matrix.Layout;

/** Qwen 3 (arXiv:2505.09388): Llama's block with a norm on every head's query and key. */
final class Qwen3Family implements Family {
    @Override
    public String name() {
        return "Qwen 3";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("qwen3", "qwen3_moe");
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int layers = Config.layers(config, "num_hidden_layers");
        double epsilon = config.decimal("rms_norm_eps", 1e-6);
        var norm = new NormSpec.Rms(epsilon);
        var full = attention(config, epsilon);
        var dense = new FeedForward(
                Config.size(config, "intermediate_size"), Config.activation(config, "hidden_act", "silu"));
        boolean mixture = config.text("model_type").equals("qwen3_moe");
        var sparse = mixture ? experts(config) : dense;
        var denseLayers = mixture ? denseLayers(config) : Set.of();
        int sparseStep = mixture ? Config.size(config, "decoder_sparse_step", 1) : 1;
        boolean windows = config.flag("use_sliding_window", false) && config.has("sliding_window");
        int firstLocal = config.integer("max_window_layers", 28);
        var local = LayerTypes.local(config, layers, LayerTypes.SLIDING, i -> windows && i >= firstLocal);
        var all = new ArrayList<LayerSpec>();
        for (int i = 0; i < layers; i++) {
            var attention =
                    local.get(i) ? full.withReach(new Reach.Window(Config.size(config, "sliding_window"))) : full;
            var feedForward = denseLayers.contains(i) || (i + 1) % sparseStep != 0 ? dense : sparse;
            all.add(new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward)));
        }
        return new ArchitectureSpec(
                name,
                Config.size(config, "vocab_size"),
                Config.size(config, "hidden_size"),
                Config.size(config, "max_position_embeddings", 32_768),
                EmbeddingSpec.PLAIN,
                all,
                norm,
                new HeadSpec(config.flag("tie_word_embeddings", false), 0));
    }

    private static Op experts(Metadata config) {
        var expert = new FeedForward(
                Config.size(config, "moe_intermediate_size", 768), Config.activation(config, "hidden_act", "silu"));
        return new Experts(
                Config.size(config, "num_experts", 128),
                Config.size(config, "num_experts_per_tok", 8),
                expert,
                Experts.Router.softmax(config.flag("norm_topk_prob", false)),
                Optional.empty());
    }

    private static Set<Integer> denseLayers(Metadata config) {
        return config.has("mlp_only_layers") ? Set.copyOf(config.integers("mlp_only_layers")) : Set.of();
    }

    /** The attention that dense and sparse models share. */
    static GroupedQuery attention(Metadata config, double epsilon) {
        int queryHeads = Config.size(config, "num_attention_heads");
        int headSize = Config.size(config, "head_dim", 128);
        var heads = new Heads(queryHeads, Config.size(config, "num_key_value_heads", queryHeads), headSize);
        var attention = new GroupedQuery(heads, RopeConfig.read(config, headSize, 10_000))
                .withNorms(HeadNorms.queryKey(new NormSpec.Rms(epsilon)));
        return config.flag("attention_bias", false) ? attention.withBias() : attention;
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(headNorms(TensorNames.preNorms())
                .put("mlp.router.weight", "mlp.gate.weight")
                .experts("mlp.experts", Layout.OUT_IN));
    }

    static TensorNames.Table headNorms(TensorNames.Table table) {
        return table.linear("attention.q_norm", "self_attn.q_norm").linear("attention.k_norm", "self_attn.k_norm");
    }

    @Override
    public List<Release> releases() {
        var eight = new Heads(16, 8, 128);
        var many = new Heads(32, 8, 128);
        var four = dense(9728);
        var thirty = sparse(768);
        var largest = sparse(1536);
        return List.of(
                first("Qwen3-0.6B", 28, 1024, eight, dense(3072), true).also("-Base"),
                first("Qwen3-1.7B", 28, 2048, eight, dense(6144), true).also("-Base"),
                first("Qwen3-4B", 36, 2560, many, four, true).also("-Base"),
                first("Qwen3-8B", 36, 4096, many, dense(12_288), false).also("-Base"),
                first("Qwen3-14B", 40, 5120, new Heads(40, 8, 128), dense(17_408), false)
                        .also("-Base"),
                first("Qwen3-32B", 64, 5120, new Heads(64, 8, 128), dense(25_600), false),
                first("Qwen3-30B-A3B", 48, 2048, new Heads(32, 4, 128), thirty, false)
                        .also("-Base"),
                first("Qwen3-235B-A22B", 94, 4096, new Heads(64, 4, 128), largest, false),
                later("Qwen3-4B", 5_000_000, 36, 2560, many, four, true).on("2025-08-06"),
                later("Qwen3-30B-A3B", 10_000_000, 48, 2048, new Heads(32, 4, 128), thirty, false)
                        .on("2025-07-30"),
                later("Qwen3-235B-A22B", 5_000_000, 94, 4096, new Heads(64, 4, 128), largest, false)
                        .on("2025-07-21"));
    }

    private static Op dense(int intermediateSize) {
        return new FeedForward(intermediateSize, SILU);
    }

    private static Op sparse(int expertSize) {
        return new Experts(128, 8, new FeedForward(expertSize, SILU), Experts.Router.softmax(true), Optional.empty());
    }

    private static Release first(
            String hubName, int layers, int hiddenSize, Heads heads, Op feedForward, boolean tied) {
        return release(hubName, hubName, 1_000_000, 40_960, layers, hiddenSize, heads, feedForward, tied)
                .on("2025-04-29");
    }

    /** Of July 2025: another theta, more positions, and answers or thoughts instead of either. */
    private static Release later(
            String hubName, int theta, int layers, int hiddenSize, Heads heads, Op feedForward, boolean tied) {
        String name = hubName + "-2507";
        return release(hubName + "-Instruct-2507", name, theta, 262_144, layers, hiddenSize, heads, feedForward, tied)
                .also(hubName + "-Thinking-2507");
    }

    private static Release release(
            String hubName,
            String name,
            int theta,
            int maxPositions,
            int layers,
            int hiddenSize,
            Heads heads,
            Op feedForward,
            boolean tied) {
        var norm = new NormSpec.Rms(1e-6);
        var attention =
                new GroupedQuery(heads, new Position.Rope(theta, heads.size())).withNorms(HeadNorms.queryKey(norm));
        var layer = new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward));
        return new Release(
                        "Qwen/" + hubName,
                        new ArchitectureSpec(
                                name.toLowerCase(java.util.Locale.ROOT),
                                151_936,
                                hiddenSize,
                                maxPositions,
                                EmbeddingSpec.PLAIN,
                                java.util.Collections.nCopies(layers, layer),
                                norm,
                                new HeadSpec(tied, 0)))
                .under("Apache-2.0")
                .in("2505.09388");
    }
}
