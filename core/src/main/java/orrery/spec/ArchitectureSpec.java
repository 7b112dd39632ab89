package orrery.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One language model's architecture, complete enough to run it, measure it and draw it. Layers are listed one by one,
 * never as a pattern, so that every reader sees what each layer is.
 *
 * @param name the release's own name, such as {@code Llama-3.1-8B}
 * @param vocabSize rows of the token embedding
 * @param hiddenSize width of the residual stream
 * @param maxPositions tokens that the release says it can attend over
 * @param embedding token ids to residual stream
 * @param layers every layer, first to last
 * @param finalNorm the norm before the head; GPT-1 has none
 * @param head residual stream to logits
 * @param draft a layer that guesses one token further, where there is one
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
            // A state has moved on when another layer could read it.
            case CacheSpec.PerSequence _, CacheSpec.Borrowed _, CacheSpec.None _ -> false;
        };
    }

    /**
     * Every tensor that this architecture expects, in the order of the forward pass, by its path:
     * {@code embedding.tokens}, {@code layers.0.attention.q.weight}, {@code final_norm.weight}, {@code head.weight}.
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

    /** Every tensor of the draft, in the same way: {@code draft.project.weight}; none where there is no draft. */
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

    /** Parameters of the draft, counted apart, without the copies of embedding and head that its files carry. */
    public long draftParameters() {
        return draftWeights().values().stream()
                .filter(weight -> weight.use() != WeightSpec.Use.UNUSED)
                .mapToLong(WeightSpec::parameters)
                .sum();
    }

    /** All parameters of the model, the embedding tables included and a draft left out. */
    public long parameters() {
        return weights().values().stream().mapToLong(WeightSpec::parameters).sum();
    }

    /**
     * The parameters that take part in one token: all of them, with only the experts that the router chooses. Both
     * embedding tables count in full, as in most model cards; weights that a file carries without use do not.
     */
    public long activeParameters() {
        return weights().values().stream()
                .mapToLong(WeightSpec::activeParameters)
                .sum();
    }

    /** What each layer remembers, in order. */
    public List<CacheSpec> caches() {
        return layers.stream().map(layer -> layer.attention().cache()).toList();
    }

    /** The same with the draft's layer, which comes last. */
    public List<CacheSpec> cachesWithDraft() {
        var all = new ArrayList<>(caches());
        draft.ifPresent(one -> all.add(one.layer().attention().cache()));
        return List.copyOf(all);
    }

    /** Elements (not bytes) of KV cache that one more token adds while no window is full. */
    public long cacheElementsPerToken() {
        return caches().stream().mapToLong(CacheSpec::elementsPerToken).sum();
    }

    /**
     * Elements of KV cache held for a sequence of that many tokens: windows and chunks stop growing when full. States
     * are counted apart: {@link #stateElements}.
     */
    public long cacheElements(long tokens) {
        return caches().stream()
                .mapToLong(cache -> cache.elementsOfTokens(tokens))
                .sum();
    }

    /** Elements of the states that recurrent layers keep of a sequence, whatever its length. */
    public long stateElements() {
        return caches().stream().mapToLong(CacheSpec::stateElements).sum();
    }

    /**
     * Bytes that are held for a sequence of that many tokens: KV cache in elements of {@code elementBytes}, and states
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

    /** Equal neighbours, folded. */
    public record Run(LayerSpec layer, int count) {}

    /**
     * The shortest length whose keys are turned as those of a sequence of so many positions. It is 1, but for RoPE that
     * looks at the length ({@link RopeScaling#sameAs}): a sequence that grows to where this is another number has to be
     * computed again from its first token.
     */
    public int turnsAs(int length) {
        // No stream: this is asked for every token.
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

    /** The same, with a head that is not the embedding. */
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
