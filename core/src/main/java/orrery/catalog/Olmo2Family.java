package orrery.catalog;

import static orrery.spec.Activation.SILU;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.HeadSpec;
import orrery.spec.Heads;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Position;

/** OLMo 2 (arXiv:2501.00656): norms only after attention and feed-forward, and over whole queries and keys. */
final class Olmo2Family implements Family {
    @Override
    public String name() {
        return "OLMo 2";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("olmo2");
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int hiddenSize = Config.size(config, "hidden_size");
        int queryHeads = Config.size(config, "num_attention_heads");
        int headSize = Config.headSize(config, hiddenSize, queryHeads);
        int maxPositions = Config.size(config, "max_position_embeddings", 2048);
        var heads = new Heads(queryHeads, Config.size(config, "num_key_value_heads", queryHeads), headSize);
        return decoder(
                name,
                Config.size(config, "vocab_size"),
                hiddenSize,
                maxPositions,
                Config.layers(config, "num_hidden_layers"),
                heads,
                new RopeConfig(config, headSize, 10_000, maxPositions).read(),
                config.flag("attention_bias", false),
                new FeedForward(
                        Config.size(config, "intermediate_size"), Config.activation(config, "hidden_act", "silu")),
                config.decimal("rms_norm_eps", 1e-5),
                config.flag("tie_word_embeddings", false));
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return ConfigKeys.ROTARY.onlyOneOf("clip_qkv", List.of(), "it belongs to the first OLMo");
    }

    private static ArchitectureSpec decoder(
            String name,
            int vocabSize,
            int hiddenSize,
            int maxPositions,
            int layers,
            Heads heads,
            Position.Rope rope,
            boolean bias,
            FeedForward feedForward,
            double epsilon,
            boolean tied) {
        var norm = new NormSpec.Rms(epsilon);
        var attention = new GroupedQuery(heads, rope).withNorms(HeadNorms.wholeProjection(norm));
        var layer = new LayerSpec.Residual(
                Branch.postNorm(norm, bias ? attention.withBias() : attention), Branch.postNorm(norm, feedForward));
        return new ArchitectureSpec(
                name,
                vocabSize,
                hiddenSize,
                maxPositions,
                EmbeddingSpec.PLAIN,
                Collections.nCopies(layers, layer),
                norm,
                new HeadSpec(tied, 0));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(Qwen3Family.headNorms(new TensorNames.Table())
                .linear("attention.after", "post_attention_layernorm")
                .linear("mlp.after", "post_feedforward_layernorm"));
    }

    @Override
    public List<Release> releases() {
        return List.of(
                release("OLMo-2-0425-1B", "olmo-2-1b", 16, 2048, new Heads(16, 16, 128), 8192)
                        .on("2025-05-01"),
                release("OLMo-2-1124-7B", "olmo-2-7b", 32, 4096, new Heads(32, 32, 128), 11_008)
                        .on("2024-11-26"),
                release("OLMo-2-1124-13B", "olmo-2-13b", 40, 5120, new Heads(40, 40, 128), 13_824)
                        .on("2024-11-26"),
                release("OLMo-2-0325-32B", "olmo-2-32b", 64, 5120, new Heads(40, 8, 128), 27_648)
                        .on("2025-03-13"));
    }

    private static Release release(
            String hubName, String name, int layers, int hiddenSize, Heads heads, int intermediateSize) {
        var rope = new Position.Rope(500_000, heads.size());
        var feedForward = new FeedForward(intermediateSize, SILU);
        return new Release(
                        "allenai/" + hubName,
                        decoder(name, 100_352, hiddenSize, 4096, layers, heads, rope, false, feedForward, 1e-6, false))
                .under("Apache-2.0")
                .in("2501.00656")
                .also("-SFT", "-DPO", "-Instruct");
    }
}
