package orrery.catalog;

import static orrery.spec.Activation.GELU_TANH;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Heads;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;

/**
 * Gemma 3, text (arXiv:2503.19786): five layers with a sliding window per layer with full attention, each kind with its
 * own RoPE, and a norm on every head's query and key. Released configs omit every key that equals the class's default,
 * so the defaults are repeated here.
 */
final class Gemma3Family implements Family {
    @Override
    public String name() {
        return "Gemma 3";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("gemma3_text");
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int layers = Config.layers(config, "num_hidden_layers");
        int headSize = Config.size(config, "head_dim", 256);
        double epsilon = config.decimal("rms_norm_eps", 1e-6);
        var heads = new Heads(
                Config.size(config, "num_attention_heads", 8), Config.size(config, "num_key_value_heads", 4), headSize);
        var scores = Scores.overRootOf(config.decimal("query_pre_attn_scalar", 256));
        int maxPositions = Config.size(config, "max_position_embeddings", 131_072);
        boolean bias = config.flag("attention_bias", false);
        int pattern = Config.size(config, "sliding_window_pattern", 6);
        return GemmaFamily.decoder(
                name,
                Config.size(config, "vocab_size", 262_208),
                Config.size(config, "hidden_size", 2304),
                maxPositions,
                LayerTypes.local(config, layers, LayerTypes.SLIDING, i -> (i + 1) % pattern != 0),
                attention(heads, localRope(config, headSize, maxPositions), epsilon, scores, bias)
                        .withReach(new Reach.Window(Config.window(config, "sliding_window", 4096))),
                attention(heads, globalRope(config, headSize, maxPositions), epsilon, scores, bias),
                GemmaFamily.feedForward(config, Config.size(config, "intermediate_size", 9216)),
                epsilon,
                config.flag("tie_word_embeddings", true),
                config.decimal("final_logit_softcapping", 0));
    }

    static Position.Rope localRope(Metadata config, int headSize, int maxPositions) {
        return new RopeConfig(config, headSize, 10_000, maxPositions)
                .readFor(LayerTypes.SLIDING, "rope_local_base_freq", false);
    }

    static Position.Rope globalRope(Metadata config, int headSize, int maxPositions) {
        return new RopeConfig(config, headSize, 1_000_000, maxPositions).readFor(LayerTypes.FULL, "rope_theta", true);
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return GemmaFamily.keys()
                .harmless("is set in its class, but no layer of Gemma 3 softcaps its scores", "attn_logit_softcapping")
                .harmless(
                        "is the class's note of sliding_window_pattern, which it overwrites", "_sliding_window_pattern")
                .only("use_bidirectional_attention", false, "a decoder attends to previous tokens only");
    }

    private static GroupedQuery attention(
            Heads heads, Position.Rope rope, double epsilon, Scores scores, boolean bias) {
        var attention = new GroupedQuery(heads, rope)
                .withNorms(HeadNorms.queryKey(GemmaFamily.norm(epsilon)))
                .withScores(scores);
        return bias ? attention.withBias() : attention;
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(Qwen3Family.headNorms(GemmaFamily.norms()));
    }

    @Override
    public List<Release> releases() {
        var none = RopeScaling.NONE;
        var eight = new RopeScaling.Linear(8);
        return List.of(
                release("gemma-3-270m", 18, 640, new Heads(4, 1, 256), 2048, 262_144, 512, 32_768, 256, none)
                        .on("2025-08-14"),
                release("gemma-3-1b", 26, 1152, new Heads(4, 1, 256), 6912, 262_144, 512, 32_768, 256, none),
                release("gemma-3-4b", 34, 2560, new Heads(8, 4, 256), 10_240, 262_208, 1024, 131_072, 256, eight),
                release("gemma-3-12b", 48, 3840, new Heads(16, 8, 256), 15_360, 262_208, 1024, 131_072, 256, eight),
                release("gemma-3-27b", 62, 5376, new Heads(32, 16, 128), 21_504, 262_208, 1024, 131_072, 168, eight));
    }

    private static Release release(
            String name,
            int layers,
            int hiddenSize,
            Heads heads,
            int intermediateSize,
            int vocabSize,
            int window,
            int maxPositions,
            int scalar,
            RopeScaling scaling) {
        var scores = Scores.overRootOf(scalar);
        var local = attention(heads, new Position.Rope(10_000, heads.size()), 1e-6, scores, false);
        var global = attention(heads, new Position.Rope(1_000_000, heads.size(), scaling), 1e-6, scores, false);
        return new Release(
                        "google/" + name + (name.endsWith("270m") ? "" : "-pt"),
                        GemmaFamily.decoder(
                                name,
                                vocabSize,
                                hiddenSize,
                                maxPositions,
                                IntStream.range(0, layers)
                                        .mapToObj(i -> i % 6 != 5)
                                        .toList(),
                                local.withReach(new Reach.Window(window)),
                                global,
                                new FeedForward(intermediateSize, GELU_TANH),
                                1e-6,
                                true,
                                0))
                .on("2025-03-12")
                .under(GemmaFamily.TERMS)
                .in("2503.19786")
                .also(name + "-it");
    }
}
