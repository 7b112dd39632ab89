package orrery.catalog;

import static orrery.spec.Activation.GELU_TANH;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import orrery.catalog.TensorNames.Copies;
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
import orrery.spec.NormSpec.Gain;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.Scores;
import orrery.spec.Streams;

/**
 * Gemma 3n, text (Google's release of June 2025): four residual streams, a low-rank second residual, an embedding per
 * layer, and last layers that read the keys and values of earlier ones.
 */
final class Gemma3nFamily implements Family {
    @Override
    public String name() {
        return "Gemma 3n";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("gemma3n_text");
    }

    /** The numbers that all layers share. */
    private record Shared(
            GroupedQuery local,
            GroupedQuery global,
            Streams.Parallel streams,
            LayerSpec.Laurel laurel,
            LayerSpec.PerLayerInput input,
            NormSpec norm) {}

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int layers = Config.layers(config, "num_hidden_layers");
        var norm = new NormSpec.Rms(config.decimal("rms_norm_eps", 1e-6));
        int headSize = Config.size(config, "head_dim", 256);
        var heads = new Heads(
                Config.size(config, "num_attention_heads", 8), Config.size(config, "num_key_value_heads", 2), headSize);
        int maxPositions = Config.size(config, "max_position_embeddings", 32_768);
        boolean bias = config.flag("attention_bias", false);
        int perLayer = Config.size(config, "hidden_size_per_layer_input", 256);
        var activation = Config.activation(config, "hidden_activation", "gelu_pytorch_tanh");
        var shared = new Shared(
                attention(heads, Gemma3Family.localRope(config, headSize, maxPositions), norm, bias)
                        .withReach(new Reach.Window(Config.window(config, "sliding_window", 512))),
                attention(heads, Gemma3Family.globalRope(config, headSize, maxPositions), norm, bias),
                new Streams.Parallel(
                        Config.size(config, "altup_num_inputs", 4), config.integer("altup_active_idx", 0), norm),
                new LayerSpec.Laurel(Config.size(config, "laurel_rank", 64), norm),
                new LayerSpec.PerLayerInput(perLayer, activation, norm),
                norm);
        var widths = perLayer(config, "intermediate_size", layers, _ -> 16_384.0);
        // The class's default: the first ten layers are sparse, if there are more.
        var sparsities = perLayer(config, "activation_sparsity_pattern", layers, i -> layers > 10 && i < 10 ? 0.95 : 0);
        var feedForwards = IntStream.range(0, layers)
                .mapToObj(
                        i -> new FeedForward(width(config, widths.get(i)), activation, true, false, sparsities.get(i)))
                .toList();
        return decoder(
                name,
                Config.size(config, "vocab_size", 262_400),
                Config.size(config, "hidden_size", 2048),
                maxPositions,
                Config.size(config, "vocab_size_per_layer_input", 262_144),
                LayerTypes.local(config, layers, LayerTypes.SLIDING, i -> (i + 1) % 5 != 0),
                config.integer("num_kv_shared_layers", 15),
                feedForwards,
                shared,
                config.flag("tie_word_embeddings", true),
                config.mentions("final_logit_softcapping") ? config.decimal("final_logit_softcapping", 0) : 30);
    }

    /** A key with one number for all layers or a list with one per layer. */
    private static List<Double> perLayer(Metadata config, String key, int layers, IntToDoubleFunction fallback) {
        if (!config.isList(key)) {
            return IntStream.range(0, layers)
                    .mapToObj(i -> config.decimal(key, fallback.applyAsDouble(i)))
                    .toList();
        }
        var listed = config.decimals(key);
        if (listed.size() != layers) {
            throw new CatalogException(config.origin() + ": " + key + " lists " + listed.size()
                    + " layers, expected num_hidden_layers, " + layers);
        }
        return listed;
    }

    private static int width(Metadata config, double value) {
        if (value < 1 || value > Integer.MAX_VALUE || value != Math.rint(value)) {
            throw new CatalogException(
                    config.origin() + ": intermediate_size holds " + value + ", expected a whole number of 1 or more");
        }
        return (int) value;
    }

    private static GroupedQuery attention(Heads heads, Position.Rope rope, NormSpec.Rms norm, boolean bias) {
        var weightless = new NormSpec.Rms(norm.epsilon(), Gain.NONE);
        var attention = new GroupedQuery(heads, rope)
                .withNorms(new HeadNorms(norm, norm, weightless, HeadNorms.Span.HEAD, HeadNorms.Order.BEFORE_ROPE))
                .withScores(new Scores(1));
        return bias ? attention.withBias() : attention;
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return GemmaFamily.keys()
                .harmless("clamps weights in training only", "altup_coef_clip")
                .only("altup_correct_scale", true, "the stream that is injected is scaled in every release");
    }

    private static ArchitectureSpec decoder(
            String name,
            int vocabSize,
            int hiddenSize,
            int maxPositions,
            int perLayerVocabSize,
            List<Boolean> local,
            int borrowing,
            List<FeedForward> feedForwards,
            Shared shared,
            boolean tied,
            double softcap) {
        int owners = local.size() - borrowing;
        if (borrowing < 0 || owners < 1) {
            throw new CatalogException(
                    "num_kv_shared_layers is " + borrowing + ", expected 0 to " + (local.size() - 1));
        }
        var layers = new ArrayList<LayerSpec>();
        for (int i = 0; i < local.size(); i++) {
            var attention = local.get(i) ? shared.local() : shared.global();
            if (i >= owners) {
                int owner = local.subList(0, owners).lastIndexOf(local.get(i));
                if (owner < 0) {
                    throw new CatalogException(
                            "layer " + i + " has no earlier layer of its kind whose KV cache it" + " could share");
                }
                attention = attention.borrowingFrom(owner);
            }
            layers.add(new LayerSpec.AltUp(
                    shared.streams(),
                    Branch.sandwich(shared.norm(), attention),
                    Branch.sandwich(shared.norm(), feedForwards.get(i)),
                    shared.laurel(),
                    shared.input()));
        }
        return new ArchitectureSpec(
                name,
                vocabSize,
                hiddenSize,
                maxPositions,
                new EmbeddingSpec(
                        (float) Math.sqrt(hiddenSize),
                        0,
                        new EmbeddingSpec.PerLayer.Table(
                                perLayerVocabSize, shared.input().size(), shared.norm())),
                layers,
                shared.norm(),
                new HeadSpec(tied, (float) softcap));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        var names = TensorNames.llamaLike(Qwen3Family.headNorms(GemmaFamily.norms())
                .put("altup.scale", "altup.correct_output_scale")
                .linear("altup.correct", "altup.correction_coefs")
                .linear("altup.predict", "altup.prediction_coefs")
                .linear("altup.router", "altup.modality_router")
                .linear("altup.norm", "altup.router_norm")
                .linear("laurel.left", "laurel.linear_left")
                .linear("laurel.right", "laurel.linear_right")
                .linear("laurel.norm", "laurel.post_laurel_norm")
                .linear("input.gate", "per_layer_input_gate")
                .linear("input.up", "per_layer_projection")
                .linear("input.norm", "post_per_layer_input_norm"));
        return names.withTop(new TensorNames.Table()
                .sideBySide("embedding.per_layer.tokens", "embed_tokens_per_layer.weight", Copies.INPUTS)
                .sideBySide("embedding.per_layer.projection", "per_layer_model_projection.weight", Copies.OUTPUTS)
                .linear("embedding.per_layer.norm", "per_layer_projection_norm")
                .put("streams.spread", "altup_projections.{copy}.weight")
                .put("streams.gather", "altup_unembed_projections.{copy}.weight"));
    }

    @Override
    public List<Release> releases() {
        return List.of(release("gemma-3n-E2B", 30, 8192, 10), release("gemma-3n-E4B", 35, 16_384, 15));
    }

    private static Release release(String hubName, int layers, int intermediateSize, int borrowing) {
        var norm = new NormSpec.Rms(1e-6);
        var heads = new Heads(8, 2, 256);
        var shared = new Shared(
                attention(heads, new Position.Rope(10_000, 256), norm, false).withReach(new Reach.Window(512)),
                attention(heads, new Position.Rope(1_000_000, 256), norm, false),
                new Streams.Parallel(4, 0, norm),
                new LayerSpec.Laurel(64, norm),
                new LayerSpec.PerLayerInput(256, GELU_TANH, norm),
                norm);
        return new Release(
                        "google/" + hubName,
                        decoder(
                                hubName.toLowerCase(java.util.Locale.ROOT),
                                262_400,
                                2048,
                                32_768,
                                262_144,
                                IntStream.range(0, layers)
                                        .mapToObj(i -> i % 5 != 4)
                                        .toList(),
                                borrowing,
                                IntStream.range(0, layers)
                                        .mapToObj(i -> new FeedForward(
                                                intermediateSize, GELU_TANH, true, false, i < 10 ? 0.95 : 0))
                                        .toList(),
                                shared,
                                true,
                                30))
                .on("2025-06-26")
                .under(GemmaFamily.TERMS)
                .also("-it");
    }
}
