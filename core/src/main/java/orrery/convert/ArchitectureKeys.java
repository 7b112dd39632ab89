package orrery.convert;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import orrery.format.GgufMetadata;
import orrery.kernel.Quantile;
import orrery.spec.Activation;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.Latent;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.Streams;

/**
 * What a spec is in the keys of its architecture. A GGUF file leaves much to those who read it: what they take for granted of an architecture and a spec does not have is refused, or said by
 * a key that they may know. Source: {@code gguf-py/gguf/constants.py}, {@code src/llama-model.cpp} and the converters of github.com/ggml-org/llama.cpp.
 */
final class ArchitectureKeys {
    private final Architecture architecture;
    private final ArchitectureSpec spec;
    private final GgufMetadata metadata;
    private final List<String> notes;

    private ArchitectureKeys(
            Architecture architecture, ArchitectureSpec spec, GgufMetadata metadata, List<String> notes) {
        this.architecture = architecture;
        this.spec = spec;
        this.metadata = metadata;
        this.notes = notes;
    }

    /**
     * The keys of a model.
     *
     * @param notes takes, in words, what other programs may read otherwise
     * @throws ConvertException if the architecture has no words for something
     */
    static GgufMetadata of(Architecture architecture, ArchitectureSpec spec, List<String> notes) {
        var keys = new ArchitectureKeys(architecture, spec, new GgufMetadata(), notes);
        keys.general();
        keys.sizes();
        if (spec.layers().getFirst().attention() instanceof Latent) {
            new LatentKeys(keys).put();
        } else {
            new AttentionKeys(keys).put();
        }
        keys.feedForward();
        keys.logits();
        keys.streams();
        return keys.metadata;
    }

    ArchitectureSpec spec() {
        return spec;
    }

    Architecture architecture() {
        return architecture;
    }

    /** The key in full. */
    private String key(String key) {
        return architecture + "." + key;
    }

    ArchitectureKeys count(String key, int value) {
        metadata.count(key(key), value);
        return this;
    }

    ArchitectureKeys decimal(String key, double value) {
        metadata.decimal(key(key), value);
        return this;
    }

    ArchitectureKeys text(String key, String value) {
        metadata.text(key(key), value);
        return this;
    }

    ArchitectureKeys flag(String key, boolean value) {
        metadata.flag(key(key), value);
        return this;
    }

    ArchitectureKeys flags(String key, List<Boolean> values) {
        metadata.flags(key(key), values);
        return this;
    }

    /** Says that a key is needed here that other programs take for granted. */
    void unusual(String key, String usual) {
        notes.add(key(key) + " says what llama.cpp takes for granted of " + architecture
                + " and does not read: it assumes " + usual);
    }

    /** Refuses what there is no key for. */
    void require(boolean holds, String what) {
        if (!holds) {
            throw new ConvertException("a GGUF file of the architecture " + architecture + " cannot say that "
                    + spec.name() + " has " + what);
        }
    }

    /** What is the same in all layers. */
    <T> T same(Function<LayerSpec, T> what, String name) {
        var all = spec.layers().stream().map(what).distinct().toList();
        require(all.size() == 1, name + " that differs from layer to layer");
        return all.getFirst();
    }

    private void general() {
        metadata.text("general.architecture", architecture.toString());
        metadata.text("general.type", "model");
        metadata.text("general.name", spec.name());
    }

    private void sizes() {
        count("block_count", spec.layers().size());
        count("context_length", spec.maxPositions());
        count("embedding_length", spec.hiddenSize());
        count("vocab_size", spec.vocabSize());
        switch (spec.finalNorm()) {
            case NormSpec.Rms(var epsilon, var _) -> decimal("attention.layer_norm_rms_epsilon", epsilon);
            case NormSpec.Layer(var epsilon) -> decimal("attention.layer_norm_epsilon", epsilon);
            case NormSpec.None _ -> require(false, "no norm before its head");
        }
        boolean gemma = architecture.isGemma();
        float scale = gemma ? (float) Math.sqrt(spec.hiddenSize()) : 1;
        require(
                spec.embedding().scale() == scale,
                "embeddings times " + spec.embedding().scale());
        require(
                spec.embedding().learnedPositions() == (architecture == Architecture.GPT2 ? spec.maxPositions() : 0),
                spec.embedding().learnedPositions() + " learned positions");
    }

    /** Every feed-forward, those of experts and shared ones among them. */
    private Stream<FeedForward> feedForwards() {
        return spec.layers().stream().flatMap(layer -> switch (layer.feedForward()
                .op()) {
            case FeedForward dense -> Stream.of(dense);
            case Experts experts -> Stream.concat(Stream.of(experts.expert()), experts.shared().stream());
            case GroupedQuery _, Latent _ -> Stream.of();
        });
    }

    private void feedForward() {
        boolean gelu = architecture.isGemma() || architecture == Architecture.GPT2;
        var activation = gelu ? Activation.GELU_TANH : Activation.SILU;
        feedForwards().forEach(one -> {
            require(one.activation() == activation, "the activation " + one.activation());
            require(
                    one.gated() == (architecture != Architecture.GPT2),
                    "feed-forwards with another number of matrices");
            require(
                    !one.bias() || architecture == Architecture.GPT2 || architecture == Architecture.LLAMA,
                    "biases in its feed-forwards");
            require(one.sparsity() == 0 || architecture == Architecture.GEMMA3N, "sparse activations");
        });
        boolean sparse =
                spec.layers().stream().anyMatch(layer -> layer.feedForward().op() instanceof Experts);
        require(sparse == architecture.mixes() || architecture == Architecture.DEEPSEEK2, sparse ? "experts" : "none");
        if (sparse) {
            new MixtureKeys(this).put();
            return;
        }
        var widths = feedForwards().mapToInt(FeedForward::intermediateSize).toArray();
        if (architecture == Architecture.GEMMA3N) {
            metadata.integers(key("feed_forward_length"), widths);
            return;
        }
        require(Arrays.stream(widths).distinct().count() == 1, "feed-forwards of several widths");
        count("feed_forward_length", widths[0]);
        if (architecture == Architecture.DEEPSEEK2) {
            count("leading_dense_block_count", spec.layers().size());
        }
    }

    private void logits() {
        require(spec.head().softcap() == 0 || architecture.isGemma(), "softly capped logits");
        if (spec.head().softcap() > 0) {
            decimal("final_logit_softcapping", spec.head().softcap());
        } else {
            // Where a file says nothing, these have the cap of their release.
            require(
                    architecture != Architecture.GEMMA2 && architecture != Architecture.GEMMA3N,
                    "logits that are not capped");
        }
    }

    private void streams() {
        if (spec.layers().getFirst().streams() instanceof Streams.Parallel parallel) {
            count("altup.num_inputs", parallel.count());
            count("altup.active_idx", parallel.active());
            var layer = (LayerSpec.AltUp) spec.layers().getFirst();
            count("embedding_length_per_layer_input", layer.input().size());
            var sparsities = feedForwards().mapToDouble(FeedForward::sparsity).toArray();
            var deviations = new float[sparsities.length];
            for (int i = 0; i < deviations.length; i++) {
                deviations[i] = sparsities[i] == 0 ? Float.NEGATIVE_INFINITY : (float) Quantile.ofNormal(sparsities[i]);
            }
            metadata.decimals(key("activation_sparsity_scale"), deviations);
        }
    }
}
