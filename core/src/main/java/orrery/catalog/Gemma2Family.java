package orrery.catalog;

import static orrery.spec.Activation.GELU_TANH;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Heads;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.Scores;

/** Gemma 2 (arXiv:2408.00118): sliding window attention in every other layer; soft capping of scores and logits. */
final class Gemma2Family implements Family {
    @Override
    public String name() {
        return "Gemma 2";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("gemma2");
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int layers = Config.layers(config, "num_hidden_layers");
        int headSize = Config.size(config, "head_dim", 256);
        var heads = new Heads(
                Config.size(config, "num_attention_heads", 8), Config.size(config, "num_key_value_heads", 4), headSize);
        int maxPositions = Config.size(config, "max_position_embeddings", 8192);
        double softcap = config.mentions("attn_logit_softcapping") ? config.decimal("attn_logit_softcapping", 0) : 50;
        double finalSoftcap =
                config.mentions("final_logit_softcapping") ? config.decimal("final_logit_softcapping", 0) : 30;
        var scores =
                Scores.overRootOf(config.decimal("query_pre_attn_scalar", 256)).withSoftcap(softcap);
        var full = new GroupedQuery(heads, new RopeConfig(config, headSize, 10_000, maxPositions).read())
                .withScores(scores);
        var attention = config.flag("attention_bias", false) ? full.withBias() : full;
        return GemmaFamily.decoder(
                name,
                Config.size(config, "vocab_size", 256_000),
                Config.size(config, "hidden_size", 2304),
                maxPositions,
                LayerTypes.local(config, layers, LayerTypes.SLIDING, i -> i % 2 == 0),
                attention.withReach(new Reach.Window(Config.window(config, "sliding_window", 4096))),
                attention,
                GemmaFamily.feedForward(config, Config.size(config, "intermediate_size", 9216)),
                config.decimal("rms_norm_eps", 1e-6),
                config.flag("tie_word_embeddings", true),
                finalSoftcap);
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return GemmaFamily.keys()
                .only("use_bidirectional_attention", false, "a decoder attends to previous tokens" + " only");
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(GemmaFamily.norms());
    }

    @Override
    public List<Release> releases() {
        return List.of(
                release("gemma-2-2b", 26, 2304, new Heads(8, 4, 256), 9216, 256).on("2024-07-31"),
                release("gemma-2-9b", 42, 3584, new Heads(16, 8, 256), 14_336, 256)
                        .on("2024-06-27"),
                release("gemma-2-27b", 46, 4608, new Heads(32, 16, 128), 36_864, 144)
                        .on("2024-06-27"));
    }

    private static Release release(
            String name, int layers, int hiddenSize, Heads heads, int intermediateSize, int scalar) {
        var full = new GroupedQuery(heads, new Position.Rope(10_000, heads.size()))
                .withScores(Scores.overRootOf(scalar).withSoftcap(50));
        return new Release(
                        "google/" + name,
                        GemmaFamily.decoder(
                                name,
                                256_000,
                                hiddenSize,
                                8192,
                                IntStream.range(0, layers)
                                        .mapToObj(i -> i % 2 == 0)
                                        .toList(),
                                full.withReach(new Reach.Window(4096)),
                                full,
                                new FeedForward(intermediateSize, GELU_TANH),
                                1e-6,
                                true,
                                30))
                .under(GemmaFamily.TERMS)
                .in("2408.00118")
                .also("-it");
    }
}
