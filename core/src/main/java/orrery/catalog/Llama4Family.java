package orrery.catalog;

import static orrery.spec.Activation.SILU;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import orrery.format.Metadata;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.Experts;
import orrery.spec.Experts.Router;
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
import orrery.spec.RopeScaling;
import orrery.spec.Scores;
import orrery.tensor.Matrix.Layout;

/**
 * Llama 4, text (Meta's model card and code, April 2025): three layers of chunked attention with RoPE per layer of full
 * attention without position encoding, and experts whose weight multiplies their input.
 */
final class Llama4Family implements Family {
    @Override
    public String name() {
        return "Llama 4";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("llama4_text");
    }

    /** The parts of the two kinds of layer. */
    private record Parts(GroupedQuery chunked, GroupedQuery full, FeedForward dense, Experts experts) {}

    @Override
    public ArchitectureSpec read(String name, Metadata config) {
        int layers = Config.layers(config, "num_hidden_layers");
        double epsilon = config.decimal("rms_norm_eps", 1e-5);
        int headSize = Config.size(config, "head_dim", 128);
        var heads = new Heads(
                Config.size(config, "num_attention_heads", 40),
                Config.size(config, "num_key_value_heads", 8),
                headSize);
        int maxPositions = Config.size(config, "max_position_embeddings", 131_072);
        boolean bias = config.flag("attention_bias", false);
        var activation = Config.activation(config, "hidden_act", "silu");
        int expertSize = Config.size(config, "intermediate_size", 8192);
        var parts = new Parts(
                biased(
                        chunked(
                                heads,
                                new RopeConfig(config, headSize, 500_000, maxPositions)
                                        .read(Position.Pairing.INTERLEAVED),
                                config.flag("use_qk_norm", true),
                                epsilon,
                                Config.window(config, "attention_chunk_size", 8192)),
                        bias),
                biased(full(heads, temperature(config)), bias),
                new FeedForward(Config.size(config, "intermediate_size_mlp", 16_384), activation),
                experts(
                        Config.size(config, "num_local_experts", 16),
                        Config.size(config, "num_experts_per_tok", 1),
                        expertSize,
                        activation));
        return decoder(
                name,
                Config.size(config, "vocab_size", 202_048),
                Config.size(config, "hidden_size", 5120),
                maxPositions,
                ropeLayers(config, layers),
                expertLayers(config, layers),
                parts,
                epsilon,
                config.flag("tie_word_embeddings", false));
    }

    @Override
    public ConfigKeys keys(String modelType) {
        return ConfigKeys.ROTARY
                .harmless("matters in training only", "router_aux_loss_coef", "router_jitter_noise")
                .harmless("concerns what a program returns", "output_router_logits")
                .harmless("concerns programs that quantise", "for_llm_compressor");
    }

    private static GroupedQuery biased(GroupedQuery attention, boolean bias) {
        return bias ? attention.withBias() : attention;
    }

    /** Older files store the flag as an integer. */
    private static Scores.Temperature temperature(Metadata config) {
        boolean tuned = config.isNumber("attn_temperature_tuning")
                ? config.integer("attn_temperature_tuning") != 0
                : config.flag("attn_temperature_tuning", true);
        double scale = config.decimal("attn_scale", 0.1);
        int floor = Config.size(config, "floor_scale", 8192);
        return tuned ? new Scores.Temperature.Tuned(scale, floor) : Scores.Temperature.NONE;
    }

    /** {@code no_rope_layers} is misnamed: an entry of 1 means that RoPE is used. */
    private static List<Boolean> ropeLayers(Metadata config, int layers) {
        int interval = Config.size(config, "no_rope_layer_interval", 4);
        var listed = config.has("no_rope_layers") ? config.integers("no_rope_layers") : List.<Integer>of();
        if (!listed.isEmpty() && listed.size() != layers) {
            throw new CatalogException(config.origin() + ": no_rope_layers lists " + listed.size()
                    + " layers, expected num_hidden_layers, " + layers);
        }
        var rope = IntStream.range(0, layers)
                .mapToObj(i -> listed.isEmpty() ? (i + 1) % interval != 0 : listed.get(i) != 0)
                .toList();
        var chunked = LayerTypes.local(config, layers, LayerTypes.CHUNKED, rope::get);
        if (!chunked.equals(rope)) {
            throw new CatalogException(config.origin()
                    + ": layer_types and no_rope_layers disagree on which layers have chunked" + " attention");
        }
        return rope;
    }

    private static Set<Integer> expertLayers(Metadata config, int layers) {
        int step = Config.size(config, "interleave_moe_layer_step", 1);
        if (config.has("moe_layers")) {
            var listed = new HashSet<>(config.integers("moe_layers"));
            for (int layer : listed) {
                if (layer < 0 || layer >= layers) {
                    throw new CatalogException(
                            config.origin() + ": moe_layers names layer " + layer + ", expected 0 to " + (layers - 1));
                }
            }
            return listed;
        }
        return every(step, layers);
    }

    private static Set<Integer> every(int step, int layers) {
        var all = new HashSet<Integer>();
        for (int i = step - 1; i < layers; i += step) {
            all.add(i);
        }
        return all;
    }

    private static GroupedQuery chunked(Heads heads, Position.Rope rope, boolean norms, double epsilon, int chunk) {
        var norm = new NormSpec.Rms(epsilon, Gain.NONE);
        var attention = new GroupedQuery(heads, rope).withReach(new Reach.Chunk(chunk));
        return norms
                ? attention.withNorms(
                        new HeadNorms(norm, norm, NormSpec.NONE, HeadNorms.Span.HEAD, HeadNorms.Order.AFTER_ROPE))
                : attention;
    }

    private static GroupedQuery full(Heads heads, Scores.Temperature temperature) {
        return new GroupedQuery(heads, Position.NONE)
                .withScores(new Scores(1 / Math.sqrt(heads.size()), 0, temperature));
    }

    private static Experts experts(int count, int active, int size, Activation activation) {
        var one = new FeedForward(size, activation);
        return new Experts(
                count,
                active,
                one,
                new Router(Router.Scoring.SIGMOID, false, false, 1, Router.Groups.ALL, Router.Target.INPUT),
                Optional.of(one));
    }

    private static ArchitectureSpec decoder(
            String name,
            int vocabSize,
            int hiddenSize,
            int maxPositions,
            List<Boolean> ropeLayers,
            Set<Integer> expertLayers,
            Parts parts,
            double epsilon,
            boolean tied) {
        var norm = new NormSpec.Rms(epsilon);
        var layers = new ArrayList<LayerSpec>();
        for (int i = 0; i < ropeLayers.size(); i++) {
            layers.add(new LayerSpec.Residual(
                    Branch.preNorm(norm, ropeLayers.get(i) ? parts.chunked() : parts.full()),
                    Branch.preNorm(norm, expertLayers.contains(i) ? parts.experts() : parts.dense())));
        }
        return new ArchitectureSpec(
                name, vocabSize, hiddenSize, maxPositions, EmbeddingSpec.PLAIN, layers, norm, new HeadSpec(tied, 0));
    }

    @Override
    public TensorNames tensorNames(ArchitectureSpec spec) {
        return TensorNames.llamaLike(TensorNames.preNorms()
                .linear("mlp.gate", "feed_forward.gate_proj")
                .linear("mlp.up", "feed_forward.up_proj")
                .linear("mlp.down", "feed_forward.down_proj")
                .put("mlp.router.weight", "feed_forward.router.weight")
                .experts("feed_forward.experts", Layout.IN_OUT)
                .linear("mlp.shared.gate", "feed_forward.shared_expert.gate_proj")
                .linear("mlp.shared.up", "feed_forward.shared_expert.up_proj")
                .linear("mlp.shared.down", "feed_forward.shared_expert.down_proj"));
    }

    @Override
    public List<Release> releases() {
        var scout = new RopeScaling.Llama3(16, 1, 1, 8192);
        return List.of(
                release("Llama-4-Scout-17B-16E", "llama-4-scout", scout, true, 16, 1, 10_485_760),
                release("Llama-4-Maverick-17B-128E", "llama-4-maverick", RopeScaling.NONE, false, 128, 2, 1_048_576)
                        .also("-Instruct-FP8"));
    }

    private static Release release(
            String hubName,
            String name,
            RopeScaling scaling,
            boolean norms,
            int experts,
            int expertStep,
            int maxPositions) {
        var heads = new Heads(40, 8, 128);
        var rope = new Position.Rope(500_000, 128, Position.Pairing.INTERLEAVED, scaling);
        var parts = new Parts(
                chunked(heads, rope, norms, 1e-5, 8192),
                full(heads, new Scores.Temperature.Tuned(0.1, 8192)),
                new FeedForward(16_384, SILU),
                experts(experts, 1, 8192, SILU));
        var ropeLayers = IntStream.range(0, 48).mapToObj(i -> i % 4 != 3).toList();
        return new Release(
                        "meta-llama/" + hubName,
                        decoder(
                                name,
                                202_048,
                                5120,
                                maxPositions,
                                ropeLayers,
                                every(expertStep, 48),
                                parts,
                                1e-5,
                                false))
                .on("2025-04-05")
                .under("Llama 4 Community License")
                .also("-Instruct");
    }
}
