package orrery.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Multi-token prediction (arXiv:2412.19437, section 2.2): an additional layer that predicts the token after the next,
 * from the main model's last hidden state and the embedding of the next token. It drafts for speculative decoding; the
 * main model's answers do not depend on it.
 *
 * @param norm on the embedding, on the hidden state, and before the head
 * @param layer the layer between them
 */
public record Draft(NormSpec norm, LayerSpec layer) {

    /** Every tensor of it. Embedding and head are the main model's own; files contain copies that are not read. */
    List<WeightSpec> weights(int vocabSize, int hiddenSize) {
        var weights = new ArrayList<WeightSpec>();
        weights.add(WeightSpec.of("embedding.tokens", vocabSize, hiddenSize).unused());
        weights.addAll(norm.weights("embedding_norm", hiddenSize));
        weights.addAll(norm.weights("hidden_norm", hiddenSize));
        weights.add(
                WeightSpec.of("project.weight", hiddenSize, SpecException.product("a draft's input", 2, hiddenSize)));
        for (var weight : layer.weights(hiddenSize)) {
            weights.add(weight.within("layer"));
        }
        weights.addAll(norm.weights("final_norm", hiddenSize));
        weights.add(WeightSpec.of("head.weight", vocabSize, hiddenSize).unused());
        return weights;
    }
}
