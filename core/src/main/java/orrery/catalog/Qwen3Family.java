package orrery.catalog;

import static orrery.spec.Activation.SILU;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
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
    private static final String MIXTURE = "qwen3_moe";
    private static final String WINDOW = "sliding_window";
    private static final String FIRST_LOCAL = "max_window_layers";

    @Override
    public String name() {
        return "Qwen 3";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("qwen3", MIXTURE);
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int layers = Config.layers(config, "num_hidden_layers");
        double epsilon = config.decimal("rms_norm_eps", 1e-6);
        var norm = new NormSpec.Rms(epsilon);
        boolean mixture = config.text("model_type").equals(MIXTURE);
        int maxPositions = Config.size(config, "max_position_embeddings", 32_768);
        var full = attention(config, mixture, epsilon, maxPositions);
        var dense = new FeedForward(
                Config.size(config, "intermediate_size"), Config.activation(config, "hidden_act", "silu"));
        var sparse = mixture ? experts(config) : dense;
        var denseLayers = mixture ? denseLayers(config) : Set.of();
        int sparseStep = mixture ? Config.size(config, "decoder_sparse_step", 1) : 1;
        var window = window(config);
        var local = localLayers(config, mixture, window.isPresent(), layers);
        var all = new ArrayList<LayerSpec>();
        for (int i = 0; i < layers; i++) {
            var attention = local.get(i) ? full.withReach(window.orElseThrow()) : full;
            var feedForward = denseLayers.contains(i) || (i + 1) % sparseStep != 0 ? dense : sparse;
            all.add(new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward)));
        }
        return new ArchitectureSpec(
                name,
                Config.size(config, "vocab_size"),
                Config.size(config, "hidden_size"),
                maxPositions,
                EmbeddingSpec.PLAIN,
                all,
                norm,
                new HeadSpec(config.flag("tie_word_embeddings", false), 0));
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return modelType.equals(MIXTURE)
                ? ConfigKeys.ROTARY
                        .harmless(
                                "is for dense models: if a sparse one has a sliding window, all its layers have it",
                                FIRST_LOCAL)
                        .harmless("matters in training only", "router_aux_loss_coef")
                        .harmless("concerns what a program returns", "output_router_logits")
                : ConfigKeys.ROTARY;
    }

    /** The sliding window, if a flag enables it; without a size it has the class's default. */
    private static Optional<Reach> window(Metadata config) {
        boolean none = config.mentions(WINDOW) && !config.has(WINDOW);
        boolean used = config.flag("use_sliding_window", false);
        int tokens = Config.size(config, WINDOW, 4096);
        return used && !none ? Optional.of(new Reach.Window(tokens)) : Optional.empty();
    }

    /** Dense models have the window from a certain layer on, sparse ones in every layer. */
    private static List<Boolean> localLayers(Metadata config, boolean mixture, boolean window, int layers) {
        int first = mixture ? 0 : config.integer(FIRST_LOCAL, 28);
        IntPredicate rule = i -> window && i >= first;
        var local = LayerTypes.local(config, layers, LayerTypes.SLIDING, rule);
        boolean asRuled = IntStream.range(0, layers).allMatch(i -> local.get(i) == rule.test(i));
        if (mixture ? !asRuled : !window && local.contains(true)) {
            throw new CatalogException(config.origin() + ": layer_types contradicts use_sliding_window and "
                    + WINDOW + " on which layers have a sliding window, expected "
                    + (window ? "all" : "none"));
        }
        return local;
    }

    private static Op experts(Metadata config) {
        var expert = new FeedForward(
                Config.size(config, "moe_intermediate_size", 768), Config.activation(config, "hidden_act", "silu"));
        return new Experts(
                Config.size(config, "num_local_experts", Config.size(config, "num_experts", 128)),
                Config.size(config, "num_experts_per_tok", 8),
                expert,
                Experts.Router.softmax(config.flag("norm_topk_prob", false)),
                Optional.empty());
    }

    private static Set<Integer> denseLayers(Metadata config) {
        return config.has("mlp_only_layers") ? Set.copyOf(config.integers("mlp_only_layers")) : Set.of();
    }

    /** The attention of dense and sparse models, whose classes have different defaults. */
    private static GroupedQuery attention(Metadata config, boolean mixture, double epsilon, int maxPositions) {
        int queryHeads = Config.size(config, "num_attention_heads");
        int headSize = mixture
                ? Config.headSize(config, Config.size(config, "hidden_size"), queryHeads)
                : Config.size(config, "head_dim", 128);
        boolean asMany = !mixture && config.mentions("num_key_value_heads");
        int keyValueHeads = Config.size(config, "num_key_value_heads", asMany ? queryHeads : mixture ? 4 : 32);
        var heads = new Heads(queryHeads, keyValueHeads, headSize);
        var attention = new GroupedQuery(heads, new RopeConfig(config, headSize, 10_000, maxPositions).read())
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

    /**
     * A release of July 2025: another theta, more positions, and separate models for answers with and without
     * reasoning.
     */
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
