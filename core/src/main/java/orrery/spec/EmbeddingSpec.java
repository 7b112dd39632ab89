package orrery.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Token ids to residual stream.
 *
 * @param scale the factor of the embedding row: the square root of the hidden size in Gemma, otherwise 1
 * @param learnedPositions rows of an added table of position embeddings (GPT-1 and 2), or 0 for none
 * @param perLayer a second, smaller embedding for every layer (Gemma 3n)
 */
public record EmbeddingSpec(float scale, int learnedPositions, PerLayer perLayer) {

    public static final EmbeddingSpec PLAIN = new EmbeddingSpec(1, 0, PerLayer.NONE);

    public EmbeddingSpec {
        SpecException.require(
                learnedPositions >= 0, "learned positions are " + learnedPositions + ", expected 0 or more");
    }

    public static EmbeddingSpec scaled(float scale) {
        return new EmbeddingSpec(scale, 0, PerLayer.NONE);
    }

    /** Whether every layer also gets a small embedding of its own, looked up by token. */
    public sealed interface PerLayer {
        /** No per-layer embedding. */
        record None() implements PerLayer {}

        /**
         * Gemma 3n's per-layer embedding: for each layer
         * {@code (norm(project(e)) + table[token] * tableScale) / sqrt(2)}.
         *
         * @param vocabSize rows of the table; larger ids (placeholders) read row 0
         * @param size elements for each layer
         * @param norm of the projected part, one weight for all layers
         */
        record Table(int vocabSize, int size, NormSpec norm) implements PerLayer {
            public Table {
                SpecException.require(vocabSize > 0 && size > 0, "a per-layer embedding is empty");
            }
        }

        PerLayer NONE = new None();
    }

    List<WeightSpec> weights(int vocabSize, int hiddenSize, int layers) {
        var weights = new ArrayList<WeightSpec>();
        weights.add(WeightSpec.of("tokens", vocabSize, hiddenSize).lookedUp());
        if (learnedPositions > 0) {
            weights.add(WeightSpec.of("positions", learnedPositions, hiddenSize).lookedUp());
        }
        switch (perLayer) {
            case PerLayer.None _ -> {}
            case PerLayer.Table(var rows, var size, var norm) -> {
                // One copy per layer, although files store them side by side: then a slice can leave out a layer.
                SpecException.product("a per-layer embedding", layers, size);
                weights.add(
                        WeightSpec.of("per_layer.tokens", rows, size).lookedUp().times(layers, layers));
                weights.add(
                        WeightSpec.of("per_layer.projection", size, hiddenSize).times(layers, layers));
                weights.addAll(norm.weights("per_layer.norm", size));
            }
        }
        return weights;
    }
}
