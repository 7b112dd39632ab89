package orrery.catalog;

import static orrery.spec.Activation.GELU_TANH;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import orrery.format.Metadata;
import orrery.spec.Activation;
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

/**
 * GPT-1 (Radford et al. 2018) and GPT-2 (2019): learned positions, LayerNorm, biases everywhere, a feed-forward without a gate. GPT-1 norms the sum of
 * stream and branch and has no norm at the end; GPT-2 norms what goes into a branch. Their matrices are stored {@code [in, out]}.
 */
final class GptFamily implements Family {
    private static final String FIRST = "openai-gpt";

    @Override
    public String name() {
        return "GPT-1 and 2";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of(FIRST, "gpt2");
    }

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        boolean first = config.text("model_type").equals(FIRST);
        int hiddenSize = Config.size(config, "n_embd");
        Config.requireFlag(config, "scale_attn_weights", true);
        Config.requireFlag(config, "scale_attn_by_inverse_layer_idx", false);
        Config.requireFlag(config, "add_cross_attention", false);
        int queryHeads = Config.size(config, "n_head");
        var heads = new Heads(queryHeads, queryHeads, Config.headSize(config, hiddenSize, queryHeads));
        return decoder(
                name,
                first,
                Config.size(config, "vocab_size"),
                hiddenSize,
                Config.size(config, "n_positions", first ? 512 : 1024),
                Config.layers(config, "n_layer"),
                heads,
                Config.size(config, "n_inner", Config.product(config, "n_embd", 4, hiddenSize)),
                first ? firstActivation(config) : Config.activation(config, "activation_function", "gelu_new"),
                config.decimal("layer_norm_epsilon", 1e-5),
                config.flag("tie_word_embeddings", true));
    }

    /** In GPT-1's configs the name {@code gelu} means the tanh form. */
    private static Activation firstActivation(Metadata config) {
        var activation = Config.activation(config, "afn", "gelu");
        return activation == Activation.GELU_ERF ? GELU_TANH : activation;
    }

    private static ArchitectureSpec decoder(
            String name,
            boolean first,
            int vocabSize,
            int hiddenSize,
            int positions,
            int layers,
            Heads heads,
            int intermediateSize,
            Activation activation,
            double epsilon,
            boolean tied) {
        var norm = new NormSpec.Layer(epsilon);
        var attention = new GroupedQuery(heads, Position.NONE).withBias();
        var feedForward = new FeedForward(intermediateSize, activation, false, true, 0);
        var layer = first
                ? new LayerSpec.Residual(Branch.outerNorm(norm, attention), Branch.outerNorm(norm, feedForward))
                : new LayerSpec.Residual(Branch.preNorm(norm, attention), Branch.preNorm(norm, feedForward));
        return new ArchitectureSpec(
                name,
                vocabSize,
                hiddenSize,
                positions,
                new EmbeddingSpec(1, positions, EmbeddingSpec.PerLayer.NONE),
                Collections.nCopies(layers, layer),
                first ? NormSpec.NONE : norm,
                new HeadSpec(tied, 0));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        boolean first = spec.finalNorm() instanceof NormSpec.None;
        String slot = first ? "outer" : "before";
        var layer = new TensorNames.Table()
                .linear("attention." + slot, "ln_1")
                .linear("mlp." + slot, "ln_2")
                .transposed("attention.q", "attn.c_attn", 0, 3)
                .transposed("attention.k", "attn.c_attn", 1, 3)
                .transposed("attention.v", "attn.c_attn", 2, 3)
                .transposed("attention.o", "attn.c_proj", 0, 1)
                .transposed("mlp.up", "mlp.c_fc", 0, 1)
                .transposed("mlp.down", "mlp.c_proj", 0, 1);
        var top = new TensorNames.Table()
                .put("embedding.tokens", first ? "tokens_embed.weight" : "wte.weight")
                .put("embedding.positions", first ? "positions_embed.weight" : "wpe.weight")
                .linear("final_norm", "ln_f")
                .linear("head", "lm_head");
        // Causal masks, saved as if they were weights; "attn.bias" is not a bias.
        var buffers = List.of(Pattern.compile("h\\.\\d+\\.attn\\.(masked_)?bias"), Pattern.compile("position_ids"));
        return new TensorNames(top.parts(), "h.", layer.parts(), buffers, List.of(), Map.of());
    }

    @Override
    public List<Release> releases() {
        return List.of(
                new Release(
                                "openai-community/openai-gpt",
                                decoder(
                                        "openai-gpt",
                                        true,
                                        40_478,
                                        768,
                                        512,
                                        12,
                                        new Heads(12, 12, 64),
                                        3072,
                                        GELU_TANH,
                                        1e-5,
                                        true))
                        .on("2018-06-11")
                        .under("MIT"),
                second("gpt2", 12, 768, 12).on("2019-02-14"),
                second("gpt2-medium", 24, 1024, 16).on("2019-05-03"),
                second("gpt2-large", 36, 1280, 20).on("2019-08-20"),
                second("gpt2-xl", 48, 1600, 25).on("2019-11-05"));
    }

    private static Release second(String name, int layers, int hiddenSize, int heads) {
        return new Release(
                        "openai-community/" + name,
                        decoder(
                                name,
                                false,
                                50_257,
                                hiddenSize,
                                1024,
                                layers,
                                new Heads(heads, heads, 64),
                                4 * hiddenSize,
                                GELU_TANH,
                                1e-5,
                                true))
                .under("MIT");
    }
}
