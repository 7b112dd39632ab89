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

/** Mistral 7B (arXiv:2310.06825) with its window on every layer, and Mistral Small 3.1, which has none. */
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
        // A file without the key means Mistral 7B's first window; one with an explicit null means none.
        boolean unbounded = config.mentions("sliding_window") && !config.has("sliding_window");
        var attention = new GroupedQuery(
                        new Heads(queryHeads, Config.size(config, "num_key_value_heads", 8), headSize),
                        RopeConfig.read(config, headSize, 10_000))
                .withReach(unbounded ? Reach.FULL : new Reach.Window(Config.size(config, "sliding_window", 4096)));
        return LlamaFamily.decoder(
                name,
                Config.size(config, "vocab_size", 32_000),
                hiddenSize,
                Config.size(config, "max_position_embeddings", 131_072),
                Config.layers(config, "num_hidden_layers"),
                attention,
                new FeedForward(
                        Config.size(config, "intermediate_size", 14_336),
                        Config.activation(config, "hidden_act", "silu")),
                config.decimal("rms_norm_eps", 1e-6),
                config.flag("tie_word_embeddings", false));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(TensorNames.preNorms());
    }

    @Override
    public List<Release> releases() {
        var small = new GroupedQuery(new Heads(32, 8, 128), new Position.Rope(10_000, 128));
        var window = small.withReach(new Reach.Window(4096));
        var faster = small.withPosition(new Position.Rope(1_000_000, 128));
        var large = small.withPosition(new Position.Rope(1_000_000_000, 128));
        var seven = new FeedForward(14_336, SILU);
        var wide = new FeedForward(32_768, SILU);
        return List.of(
                new Release(
                        "mistralai/Mistral-7B-v0.1",
                        LlamaFamily.decoder("mistral-7b-v0.1", 32_000, 4096, 32_768, 32, window, seven, 1e-5, false)),
                new Release(
                        "mistralai/Mistral-7B-v0.2",
                        LlamaFamily.decoder("mistral-7b-v0.2", 32_000, 4096, 32_768, 32, faster, seven, 1e-5, false)),
                new Release(
                        "mistralai/Mistral-7B-v0.3",
                        LlamaFamily.decoder("mistral-7b-v0.3", 32_768, 4096, 32_768, 32, faster, seven, 1e-5, false)),
                new Release(
                        "mistralai/Mistral-Small-3.1-24B-Instruct-2503",
                        LlamaFamily.decoder(
                                "mistral-small-3.1-24b", 131_072, 5120, 131_072, 40, large, wide, 1e-5, false)));
    }
}
