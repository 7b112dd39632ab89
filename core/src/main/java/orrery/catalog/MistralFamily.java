package orrery.catalog;

import static orrery.spec.Activation.SILU;

import java.util.List;
import java.util.Set;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Heads;
import orrery.spec.Position;
import orrery.spec.Reach;

/** Mistral 7B (arXiv:2310.06825) with a sliding window in every layer, and Mistral Small 3.1 without one. */
final class MistralFamily implements Family {
    @Override
    public String name() {
        return "Mistral";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("mistral");
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int hiddenSize = Config.size(config, "hidden_size", 4096);
        int queryHeads = Config.size(config, "num_attention_heads", 32);
        int headSize = Config.headSize(config, hiddenSize, queryHeads);
        int maxPositions = Config.size(config, "max_position_embeddings", 131_072);
        // A file without the key means Mistral 7B's first window; an explicit null means none.
        boolean unbounded = config.mentions("sliding_window") && !config.has("sliding_window");
        var attention = new GroupedQuery(
                        new Heads(queryHeads, Config.size(config, "num_key_value_heads", 8), headSize),
                        new RopeConfig(config, headSize, 10_000, maxPositions).read())
                .withReach(unbounded ? Reach.FULL : new Reach.Window(Config.size(config, "sliding_window", 4096)));
        return LlamaFamily.decoder(
                name,
                Config.size(config, "vocab_size", 32_000),
                hiddenSize,
                maxPositions,
                Config.layers(config, "num_hidden_layers"),
                attention,
                new FeedForward(
                        Config.size(config, "intermediate_size", 14_336),
                        Config.activation(config, "hidden_act", "silu")),
                config.decimal("rms_norm_eps", 1e-6),
                config.flag("tie_word_embeddings", false));
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return ConfigKeys.ROTARY;
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(TensorNames.preNorms());
    }

    @Override
    public List<Release> releases() {
        var heads = new GroupedQuery(new Heads(32, 8, 128), new Position.Rope(10_000, 128));
        var window = heads.withReach(new Reach.Window(4096));
        var faster = heads.withPosition(new Position.Rope(1_000_000, 128));
        var large = heads.withPosition(new Position.Rope(1_000_000_000, 128));
        return List.of(
                seven("mistralai/Mistral-7B-v0.1", "mistral-7b-v0.1", 32_000, window)
                        .on("2023-09-27")
                        .also("Mistral-7B-Instruct-v0.1"),
                seven("mistralai/Mistral-7B-Instruct-v0.2", "mistral-7b-v0.2", 32_000, faster)
                        .on("2023-12-11"),
                seven("mistralai/Mistral-7B-v0.3", "mistral-7b-v0.3", 32_768, faster)
                        .on("2024-05-22")
                        .also("Mistral-7B-Instruct-v0.3"),
                small("3", "Mistral-Small-24B-Instruct-2501", 32_768, heads.withPosition(new Position.Rope(1e8, 128)))
                        .on("2025-01-30")
                        .also("Mistral-Small-24B-Base-2501"),
                small("3.1", "Mistral-Small-3.1-24B-Instruct-2503", 131_072, large)
                        .on("2025-03-17")
                        .also("Mistral-Small-3.1-24B-Base-2503"),
                small("3.2", "Mistral-Small-3.2-24B-Instruct-2506", 131_072, large)
                        .on("2025-06-20"));
    }

    private static Release seven(String hubId, String name, int vocabSize, GroupedQuery attention) {
        var feedForward = new FeedForward(14_336, SILU);
        return new Release(
                        hubId,
                        LlamaFamily.decoder(name, vocabSize, 4096, 32_768, 32, attention, feedForward, 1e-5, false))
                .under("Apache-2.0")
                .in("2310.06825");
    }

    private static Release small(String version, String hubName, int maxPositions, GroupedQuery attention) {
        var feedForward = new FeedForward(32_768, SILU);
        String name = "mistral-small-" + version + "-24b";
        return new Release(
                        "mistralai/" + hubName,
                        LlamaFamily.decoder(name, 131_072, 5120, maxPositions, 40, attention, feedForward, 1e-5, false))
                .under("Apache-2.0");
    }
}
