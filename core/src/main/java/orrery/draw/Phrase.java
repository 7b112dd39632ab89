package orrery.draw;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import orrery.report.Numbers;
import orrery.spec.Activation;
import orrery.spec.NormSpec;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.WeightSpec;

/** Small parts of a spec in as few words as a box has room for. */
final class Phrase {
    private Phrase() {}

    static String norm(NormSpec norm) {
        return switch (norm) {
            case NormSpec.None _ -> "no norm";
            case NormSpec.Layer _ -> "LayerNorm";
            case NormSpec.Rms _ -> "RMS norm";
        };
    }

    static String activation(Activation activation) {
        return switch (activation) {
            case SILU -> "SiLU";
            case GELU_TANH, GELU_ERF -> "GELU";
            case RELU -> "ReLU";
        };
    }

    /** A feed-forward by the name of its non-linearity (arXiv:2002.05202). */
    static String feedForward(Activation activation, boolean gated) {
        return switch (activation) {
            case SILU -> gated ? "SwiGLU" : "SiLU";
            case GELU_TANH, GELU_ERF -> gated ? "GeGLU" : "GELU";
            case RELU -> gated ? "ReGLU" : "ReLU";
        };
    }

    static String reach(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> "sees every earlier token";
            case Reach.Window(var tokens) -> "sees the last " + Numbers.count(tokens, "token");
            case Reach.Chunk(var tokens) -> "sees its own chunk of " + Numbers.count(tokens, "token");
        };
    }

    /** Nothing for frequencies as they are. */
    static String scaling(RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None _ -> "";
            case RopeScaling.Linear(var factor) -> "RoPE stretched " + Numbers.plain(factor) + " × (linear)";
            case RopeScaling.Llama3(var factor, var _, var _, var original) ->
                "RoPE stretched " + Numbers.plain(factor) + " × from " + Numbers.exact(original) + " (Llama 3)";
            case RopeScaling.Divided _, RopeScaling.LongRope _ -> "RoPE stretched pair by pair";
            case RopeScaling.Dynamic(var factor, var original) ->
                "RoPE stretched " + Numbers.plain(factor) + " × by length, from " + Numbers.count(original, "position");
            case RopeScaling.Yarn yarn ->
                "RoPE stretched " + Numbers.plain(yarn.factor()) + " × from " + Numbers.exact(yarn.original())
                        + " (YaRN)";
        };
    }

    static String count(long parameters) {
        return parameters < 100_000 ? Numbers.exact(parameters) : Numbers.rounded(parameters);
    }

    /** All parameters, and those of one token where they are fewer. */
    static String count(List<WeightSpec> weights) {
        var used = weights.stream()
                .filter(weight -> weight.use() != WeightSpec.Use.UNUSED)
                .toList();
        long all = used.stream().mapToLong(WeightSpec::parameters).sum();
        long active = used.stream().mapToLong(WeightSpec::activeParameters).sum();
        return active == all ? count(all) : count(all) + ", " + count(active) + " active";
    }

    /** The weights of those paths. */
    static List<WeightSpec> weights(SequencedMap<String, WeightSpec> all, Predicate<String> paths) {
        return all.entrySet().stream()
                .filter(entry -> paths.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
