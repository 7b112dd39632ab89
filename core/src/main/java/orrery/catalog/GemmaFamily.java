package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import orrery.format.Metadata;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Branch;
import orrery.spec.EmbeddingSpec;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadSpec;
import orrery.spec.LayerSpec;
import orrery.spec.NormSpec;
import orrery.spec.NormSpec.Gain;

/**
 * What Gemma 2 and 3 have in common: norms before and after each block, an embedding scaled by the square root of its
 * width, a tied head.
 */
final class GemmaFamily {
    /** The licence of all their weights. */
    static final String TERMS = "Gemma Terms of Use";

    private GemmaFamily() {}

    /** The norm of Gemma 1 to 3, whose files store the gain minus one. */
    static NormSpec norm(double epsilon) {
        return new NormSpec.Rms(epsilon, Gain.ONE_PLUS_WEIGHT);
    }

    /** Rules for keys that all of them have. */
    static ConfigKeys keys() {
        return ConfigKeys.ROTARY.harmless(
                "was used by the first Gemma; later ones use hidden_activation", "hidden_act");
    }

    /** The feed-forward block. */
    static FeedForward feedForward(Metadata config, int intermediateSize) {
        return new FeedForward(intermediateSize, Config.activation(config, "hidden_activation", "gelu_pytorch_tanh"));
    }

    /**
     * The decoder.
     *
     * @param local whether each layer is local
     */
    static ArchitectureSpec decoder(
            String name,
            int vocabSize,
            int hiddenSize,
            int maxPositions,
            List<Boolean> local,
            GroupedQuery localAttention,
            GroupedQuery globalAttention,
            FeedForward feedForward,
            double epsilon,
            boolean tied,
            double finalSoftcap) {
        var norm = norm(epsilon);
        var layers = new ArrayList<LayerSpec>();
        for (boolean isLocal : local) {
            layers.add(new LayerSpec.Residual(
                    Branch.sandwich(norm, isLocal ? localAttention : globalAttention),
                    Branch.sandwich(norm, feedForward)));
        }
        return new ArchitectureSpec(
                name,
                vocabSize,
                hiddenSize,
                maxPositions,
                EmbeddingSpec.scaled((float) Math.sqrt(hiddenSize)),
                layers,
                norm,
                new HeadSpec(tied, (float) finalSoftcap));
    }

    /** The four norms. Their names differ from Llama's: {@code post_attention_layernorm} is on attention's output. */
    static TensorNames.Table norms() {
        return new TensorNames.Table()
                .linear("attention.before", "input_layernorm")
                .linear("attention.after", "post_attention_layernorm")
                .linear("mlp.before", "pre_feedforward_layernorm")
                .linear("mlp.after", "post_feedforward_layernorm");
    }
}
