package orrery.catalog;

import static orrery.spec.Activation.SILU;

import java.util.List;
import java.util.Set;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Position;
import orrery.spec.RopeScaling;

/**
 * Llama 3 to 3.3 (arXiv:2407.21783): pre-norm, grouped-query attention, a gated feed-forward block, RoPE scaling from
 * 3.1 on.
 */
final class LlamaFamily implements Family {
    @Override
    public String name() {
        return "Llama";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("llama");
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int hiddenSize = Config.size(config, "hidden_size");
        int queryHeads = Config.size(config, "num_attention_heads");
        int headSize = Config.headSize(config, hiddenSize, queryHeads);
        var heads = new Heads(queryHeads, Config.size(config, "num_key_value_heads", queryHeads), headSize);
        int maxPositions = Config.size(config, "max_position_embeddings", 2048);
        var attention = new GroupedQuery(heads, new RopeConfig(config, headSize, 10_000, maxPositions).read());
        if (config.flag("attention_bias", false)) {
            attention = attention.withBias();
        }
        var feedForward = new FeedForward(
                Config.size(config, "intermediate_size"),
                Config.activation(config, "hidden_act", "silu"),
                true,
                config.flag("mlp_bias", false),
                0);
        return decoder(
                name,
                Config.size(config, "vocab_size"),
                hiddenSize,
                maxPositions,
                Config.layers(config, "num_hidden_layers"),
                attention,
                feedForward,
                config.decimal("rms_norm_eps", 1e-6),
                config.flag("tie_word_embeddings", false));
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return ConfigKeys.ROTARY;
    }

    /** The pre-norm decoder that Llama, Mistral and Qwen 3 share. */
    static ArchitectureSpec decoder(
            String name,
            int vocabSize,
            int hiddenSize,
            int maxPositions,
            int layers,
            GroupedQuery attention,
            FeedForward feedForward,
            double epsilon,
            boolean tied) {
        var norm = new NormSpec.Rms(epsilon);
        var layer = new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward));
        return new ArchitectureSpec(
                name,
                vocabSize,
                hiddenSize,
                maxPositions,
                EmbeddingSpec.PLAIN,
                java.util.Collections.nCopies(layers, layer),
                norm,
                new HeadSpec(tied, 0));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(TensorNames.preNorms());
    }

    @Override
    public List<Release> releases() {
        var none = RopeScaling.NONE;
        var eight = new RopeScaling.Llama3(8, 1, 4, 8192);
        var thirtyTwo = new RopeScaling.Llama3(32, 1, 4, 8192);
        return List.of(
                release("Meta-Llama-3-8B", "llama-3-8b", 32, 4096, new Heads(32, 8, 128), 14_336, false, 8192, none)
                        .on("2024-04-18")
                        .under("Llama 3 Community License")
                        .also("-Instruct"),
                release("Meta-Llama-3-70B", "llama-3-70b", 80, 8192, new Heads(64, 8, 128), 28_672, false, 8192, none)
                        .on("2024-04-18")
                        .under("Llama 3 Community License")
                        .also("-Instruct"),
                refreshed("8B", 32, 4096, new Heads(32, 8, 128), 14_336, eight),
                refreshed("70B", 80, 8192, new Heads(64, 8, 128), 28_672, eight),
                refreshed("405B", 126, 16_384, new Heads(128, 8, 128), 53_248, eight)
                        .also("-FP8", "-Instruct-FP8"),
                release("Llama-3.2-1B", "llama-3.2-1b", 16, 2048, new Heads(32, 8, 64), 8192, true, 131_072, thirtyTwo)
                        .on("2024-09-25")
                        .under("Llama 3.2 Community License")
                        .also("-Instruct"),
                release("Llama-3.2-3B", "llama-3.2-3b", 28, 3072, new Heads(24, 8, 128), 8192, true, 131_072, thirtyTwo)
                        .on("2024-09-25")
                        .under("Llama 3.2 Community License")
                        .also("-Instruct"),
                release(
                                "Llama-3.3-70B-Instruct",
                                "llama-3.3-70b",
                                80,
                                8192,
                                new Heads(64, 8, 128),
                                28_672,
                                false,
                                131_072,
                                eight)
                        .on("2024-12-06")
                        .under("Llama 3.3 Community License"));
    }

    /** A release of Llama 3.1, whose repositories first had Meta in their names. */
    private static Release refreshed(
            String size, int layers, int hiddenSize, Heads heads, int intermediateSize, RopeScaling scaling) {
        String hubName = "Llama-3.1-" + size;
        String name = hubName.toLowerCase(java.util.Locale.ROOT);
        return release(hubName, name, layers, hiddenSize, heads, intermediateSize, false, 131_072, scaling)
                .on("2024-07-23")
                .under("Llama 3.1 Community License")
                .also("-Instruct", "Meta-" + hubName, "Meta-" + hubName + "-Instruct");
    }

    private static Release release(
            String hubName,
            String name,
            int layers,
            int hiddenSize,
            Heads heads,
            int intermediateSize,
            boolean tied,
            int maxPositions,
            RopeScaling scaling) {
        var attention = new GroupedQuery(heads, new Position.Rope(500_000, heads.size(), scaling));
        var feedForward = new FeedForward(intermediateSize, SILU);
        return new Release(
                        "meta-llama/" + hubName,
                        decoder(name, 128_256, hiddenSize, maxPositions, layers, attention, feedForward, 1e-5, tied))
                .in("2407.21783");
    }
}
