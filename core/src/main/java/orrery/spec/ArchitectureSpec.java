package orrery.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The architecture of one language model, complete enough to run, measure and draw it. Every layer is listed, never a
 * pattern, so that each layer can be read directly.
 *
 * @param name the release's own name, such as {@code Llama-3.1-8B}
 * @param vocabSize rows of the token embedding
 * @param hiddenSize width of the residual stream
 * @param maxPositions the maximum context that the release declares, in tokens
 * @param embedding token ids to residual stream
 * @param layers every layer, first to last
 * @param finalNorm the norm before the head; GPT-1 has none
 * @param head residual stream to logits
 * @param draft the layer of multi-token prediction, if there is one
 */
public record ArchitectureSpec(
        String name,
        int vocabSize,
        int hiddenSize,
        int maxPositions,
        EmbeddingSpec embedding,
        List<LayerSpec> layers,
        NormSpec finalNorm,
        HeadSpec head,
        Optional<Draft> draft) {

    /** Without a draft. */
    public ArchitectureSpec(
            String name,
            int vocabSize,
            int hiddenSize,
            int maxPositions,
            EmbeddingSpec embedding,
            List<LayerSpec> layers,
            NormSpec finalNorm,
            HeadSpec head) {
        this(name, vocabSize, hiddenSize, maxPositions, embedding, layers, finalNorm, head, Optional.empty());
    }

    public ArchitectureSpec {
        layers = List.copyOf(layers);
        SpecException.require(!layers.isEmpty(), name + ": an architecture needs at least one layer");
        SpecException.require(vocabSize > 0, name + ": vocab_size is " + vocabSize + ", expected at least 1");
        SpecException.require(hiddenSize > 0, name + ": hidden_size is " + hiddenSize + ", expected at least 1");
        SpecException.require(
                maxPositions > 0, name + ": max_position_embeddings is " + maxPositions + ", expected at least 1");
        var first = layers.getFirst();
        for (int i = 0; i < layers.size(); i++) {
            var layer = layers.get(i);
            SpecException.require(
                    layer.streams().equals(first.streams()),
                    name + ": layer " + i + " keeps other residual streams than layer 0");
            var lender = layer.attention().cache().lender();
            if (lender.isPresent()) {
                int owner = lender.getAsInt();
                SpecException.require(
                        owner >= 0 && owner < i && lends(layers.get(owner)),
                        name + ": layer " + i + " borrows the keys and values of layer " + owner
                                + ", which is no earlier layer with a cache of its own");
            }
        }
    }

    private static boolean lends(LayerSpec layer) {
        return switch (layer.attention().cache()) {
            case CacheSpec.PerToken _ -> true;
            // A state has already moved on when a later layer could read it.
            case CacheSpec.PerSequence _, CacheSpec.Borrowed _, CacheSpec.None _ -> false;
        };
    }

    /**
     * Every tensor of this architecture, in the order of the forward pass, by its path: {@code embedding.tokens},
     * {@code layers.0.attention.q.weight}, {@code final_norm.weight}, {@code head.weight}.
     */
    public SequencedMap<String, WeightSpec> weights() {
        var all = new LinkedHashMap<String, WeightSpec>();
        put(all, "embedding.", embedding.weights(vocabSize, hiddenSize, layers.size()));
        put(all, "streams.", layers.getFirst().streams().weights(hiddenSize));
        for (int i = 0; i < layers.size(); i++) {
            put(all, "layers." + i + ".", layers.get(i).weights(hiddenSize));
        }
        put(all, "final_norm.", finalNorm.weights(hiddenSize));
        if (!head.tied()) {
            put(all, "head.", List.of(WeightSpec.of("weight", vocabSize, hiddenSize)));
        }
        return all;
    }

    /** Every tensor of the draft, likewise: {@code draft.project.weight}; empty without a draft. */
    public SequencedMap<String, WeightSpec> draftWeights() {
        var all = new LinkedHashMap<String, WeightSpec>();
        draft.ifPresent(one -> put(all, "draft.", one.weights(vocabSize, hiddenSize)));
        return all;
    }

    private static void put(SequencedMap<String, WeightSpec> all, String prefix, List<WeightSpec> weights) {
        for (var weight : weights) {
            var before = all.put(prefix + weight.role(), weight);
            SpecException.require(before == null, "two weights share the role " + prefix + weight.role());
        }
    }

    /**
     * Parameters of the draft, without the copies of embedding and head in its files. {@link #parameters} does not
     * include them.
     */
    public long draftParameters() {
        return draftWeights().values().stream()
                .filter(weight -> weight.use() != WeightSpec.Use.UNUSED)
                .mapToLong(WeightSpec::parameters)
                .sum();
    }

    /** All parameters of the model, including the embedding tables but not the draft. */
    public long parameters() {
        return weights().values().stream().mapToLong(WeightSpec::parameters).sum();
    }

    /**
     * The parameters active per token: all of them, but only the experts that the router chooses. Both embedding tables
     * count in full, as in most model cards; unused weights in the files do not count.
     */
    public long activeParameters() {
        return weights().values().stream()
                .mapToLong(WeightSpec::activeParameters)
                .sum();
    }

    /** The cache of each layer, in order. */
    public List<CacheSpec> caches() {
        return layers.stream().map(layer -> layer.attention().cache()).toList();
    }

    /** The same, followed by the draft layer's cache. */
    public List<CacheSpec> cachesWithDraft() {
        var all = new ArrayList<>(caches());
        draft.ifPresent(one -> all.add(one.layer().attention().cache()));
        return List.copyOf(all);
    }

    /** Elements (not bytes) of KV cache per additional token, while no sliding window is full. */
    public long cacheElementsPerToken() {
        return caches().stream().mapToLong(CacheSpec::elementsPerToken).sum();
    }

    /**
     * Elements of KV cache for a sequence of {@code tokens}: windows and chunks stop growing when full. Excludes
     * states: {@link #stateElements}.
     */
    public long cacheElements(long tokens) {
        return caches().stream()
                .mapToLong(cache -> cache.elementsOfTokens(tokens))
                .sum();
    }

    /** Elements of the recurrent layers' states per sequence, independent of its length. */
    public long stateElements() {
        return caches().stream().mapToLong(CacheSpec::stateElements).sum();
    }

    /**
     * Bytes of cache for a sequence of {@code tokens}: the KV cache with {@code elementBytes} per element, and states
     * in F32.
     */
    public double cacheBytes(long tokens, double elementBytes) {
        return cacheElements(tokens) * elementBytes + (double) stateElements() * Float.BYTES;
    }

    /** Maximal groups of equal consecutive layers, in order. */
    public List<Run> runs() {
        var runs = new ArrayList<Run>();
        for (var layer : layers) {
            if (!runs.isEmpty() && runs.getLast().layer().equals(layer)) {
                runs.set(runs.size() - 1, new Run(layer, runs.getLast().count() + 1));
            } else {
                runs.add(new Run(layer, 1));
            }
        }
        return List.copyOf(runs);
    }

    /** Consecutive equal layers, folded. */
    public record Run(LayerSpec layer, int count) {}

    /**
     * The shortest length that has the same key rotation as a sequence of {@code length}. It is always 1, except for
     * RoPE that depends on the length ({@link RopeScaling#sameAs}): when a sequence grows to a length where this value
     * changes, it has to be recomputed from its first token.
     */
    public int turnsAs(int length) {
        // No stream: this is called for every token.
        int longest = 1;
        for (int i = 0; i < layers.size(); i++) {
            int own = switch (layers.get(i).attention().position()) {
                case Position.Rope rope -> rope.scaling().sameAs(length);
                case Position.None _ -> 1;
            };
            longest = Math.max(longest, own);
        }
        return longest;
    }

    public ArchitectureSpec withName(String other) {
        return new ArchitectureSpec(
                other, vocabSize, hiddenSize, maxPositions, embedding, layers, finalNorm, head, draft);
    }

    /** The same under another name with other layers, without a draft. */
    public ArchitectureSpec withLayers(String other, List<LayerSpec> others) {
        return new ArchitectureSpec(other, vocabSize, hiddenSize, maxPositions, embedding, others, finalNorm, head);
    }

    /** The same with an untied head. */
    public ArchitectureSpec withOwnHead() {
        return new ArchitectureSpec(
                name,
                vocabSize,
                hiddenSize,
                maxPositions,
                embedding,
                layers,
                finalNorm,
                new HeadSpec(false, head.softcap()),
                draft);
    }

    public ArchitectureSpec withDraft(Draft one) {
        return new ArchitectureSpec(
                name, vocabSize, hiddenSize, maxPositions, embedding, layers, finalNorm, head, Optional.of(one));
    }

    public ArchitectureSpec withoutDraft() {
        return new ArchitectureSpec(name, vocabSize, hiddenSize, maxPositions, embedding, layers, finalNorm, head);
    }
}
