package orrery.catalog;

import static orrery.spec.Activation.GELU_TANH;
import static orrery.spec.Activation.RELU;
import static orrery.spec.Activation.SILU;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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
import orrery.spec.Scores;

/**
 * GPT-1 (Radford et al. 2018) and GPT-2 (2019): learned positions, LayerNorm, biases everywhere, a feed-forward block
 * without a gate. GPT-1 normalizes the sum of stream and branch and has no final norm; GPT-2 normalizes the input of
 * each branch. Their matrices are stored as {@code [in, out]}.
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
        int queryHeads = Config.size(config, "n_head");
        if (hiddenSize % queryHeads != 0) {
            throw new CatalogException(
                    config.origin() + ": n_embd " + hiddenSize + " does not divide into " + queryHeads + " heads");
        }
        var heads = new Heads(queryHeads, queryHeads, hiddenSize / queryHeads);
        int wide = Config.product(config, "n_embd", 4, hiddenSize);
        int layers = Config.layers(config, "n_layer");
        return decoder(
                name,
                first,
                Config.size(config, "vocab_size"),
                hiddenSize,
                Config.size(config, "n_positions", first ? 512 : 1024),
                first ? same(heads, layers) : scaled(config, heads, layers),
                first ? wide : Config.size(config, "n_inner", wide),
                first ? firstActivation(config) : Config.activation(config, "activation_function", "gelu_new"),
                config.decimal("layer_norm_epsilon", 1e-5),
                config.flag("tie_word_embeddings", true));
    }

    /** In GPT-1's configs the name {@code gelu} means the tanh form, which has no other name there. */
    private static Activation firstActivation(Metadata config) {
        String name = config.text("afn", "gelu");
        return switch (name) {
            case "gelu" -> GELU_TANH;
            case "silu", "swish" -> SILU;
            case "relu" -> RELU;
            default -> throw Config.unknown(config, "afn", name, List.of("gelu", "relu", "silu", "swish"));
        };
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return ConfigKeys.COMMON
                .harmless("matters in training only", "attn_pdrop", "embd_pdrop", "resid_pdrop")
                .harmless("repeats n_positions", "n_ctx")
                .harmless("counts tokens that GPT-1 was tuned with", "n_special", "predict_special_tokens")
                .harmless("raises the precision of sums, which are F32 here anyway", "reorder_and_upcast_attn")
                .harmless(
                        "belongs to a classification head, which this model does not have",
                        "summary_activation",
                        "summary_first_dropout",
                        "summary_proj_to_labels",
                        "summary_type",
                        "summary_use_proj")
                .only("add_cross_attention", false, "there is no encoder to attend to");
    }

    private static List<GroupedQuery> same(Heads heads, int layers) {
        return Collections.nCopies(layers, new GroupedQuery(heads, Position.NONE).withBias());
    }

    /**
     * GPT-2's two options: scores divided by the square root of the head size, and by the number of the layer, counted
     * from 1.
     */
    private static List<GroupedQuery> scaled(Metadata config, Heads heads, int layers) {
        double scale = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt(heads.size()) : 1;
        boolean deeper = config.flag("scale_attn_by_inverse_layer_idx", false);
        return IntStream.rangeClosed(1, layers)
                .mapToObj(layer -> new GroupedQuery(heads, Position.NONE)
                        .withBias()
                        .withScores(new Scores(deeper ? scale / layer : scale)))
                .toList();
    }

    private static ArchitectureSpec decoder(
            String name,
            boolean first,
            int vocabSize,
            int hiddenSize,
            int positions,
            List<GroupedQuery> attention,
            int intermediateSize,
            Activation activation,
            double epsilon,
            boolean tied) {
        var norm = new NormSpec.Layer(epsilon);
        var feedForward = new FeedForward(intermediateSize, activation, false, true, 0);
        var layers = new ArrayList<LayerSpec>();
        for (var own : attention) {
            layers.add(
                    first
                            ? new LayerSpec.Residual(Branch.outerNorm(norm, own), Branch.outerNorm(norm, feedForward))
                            : new LayerSpec.Residual(Branch.preNorm(norm, own), Branch.preNorm(norm, feedForward)));
        }
        return new ArchitectureSpec(
                name,
                vocabSize,
                hiddenSize,
                positions,
                new EmbeddingSpec(1, positions, EmbeddingSpec.PerLayer.NONE),
                layers,
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
                                        same(new Heads(12, 12, 64), 12),
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
                                same(new Heads(heads, heads, 64), layers),
                                4 * hiddenSize,
                                GELU_TANH,
                                1e-5,
                                true))
                .under("MIT");
    }
}
