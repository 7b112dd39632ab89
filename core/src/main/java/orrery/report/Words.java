package orrery.report;

import java.util.List;
import orrery.spec.Activation;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.HeadNorms;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;

/** Small parts of a spec by the names that the field gives them: the one place where each is spelled. */
public final class Words {
    private Words() {}

    public static String norm(NormSpec norm) {
        return switch (norm) {
            case NormSpec.None _ -> "no norm";
            case NormSpec.Layer _ -> "LayerNorm";
            case NormSpec.Rms(var _, var gain) -> gain == NormSpec.Gain.NONE ? "RMSNorm without weight" : "RMSNorm";
        };
    }

    public static String activation(Activation activation) {
        return switch (activation) {
            case SILU -> "SiLU";
            case GELU_TANH -> "GELU (tanh)";
            case GELU_ERF -> "GELU (erf)";
            case RELU -> "ReLU";
        };
    }

    /** Without its form, where there is little room. */
    public static String briefly(Activation activation) {
        return activation(activation).replaceFirst(" \\(.*", "");
    }

    /** A feed-forward by the name of its non-linearity (arXiv:2002.05202). */
    public static String feedForward(Activation activation, boolean gated) {
        return switch (activation) {
            case SILU -> gated ? "SwiGLU" : "SiLU";
            case GELU_TANH -> gated ? "GeGLU (tanh)" : "GELU (tanh)";
            case GELU_ERF -> gated ? "GeGLU (erf)" : "GELU (erf)";
            case RELU -> gated ? "ReGLU" : "ReLU";
        };
    }

    /** {@code 4,096 → 14,336 → 4,096}. */
    public static String widths(FeedForward op, int hiddenSize) {
        String hidden = Numbers.exact(hiddenSize);
        return hidden + " → " + Numbers.exact(op.intermediateSize()) + " → " + hidden;
    }

    /** {@code MHA}, {@code MQA}, {@code GQA} or {@code MLA}. */
    public static String abbreviation(Op.Attention op) {
        String words = Facts.ofAttention(op).words();
        return words.substring(words.indexOf('(') + 1, words.indexOf(')'));
    }

    /** {@code Grouped-query attention}. */
    public static String title(Op.Attention op) {
        return Facts.ofAttention(op).brief();
    }

    public static String reach(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> "full attention";
            case Reach.Window(var tokens) -> "sliding window of " + Numbers.count(tokens, "token");
            case Reach.Chunk(var tokens) -> "chunks of " + Numbers.count(tokens, "token");
        };
    }

    /** In the name of a kind of layer. */
    static String kind(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> "full";
            case Reach.Window(var tokens) -> "sliding " + tokens;
            case Reach.Chunk(var tokens) -> "chunked " + tokens;
        };
    }

    static String form(Reach reach) {
        return switch (reach) {
            case Reach.Full _ -> "full";
            case Reach.Window _ -> "sliding";
            case Reach.Chunk _ -> "chunked";
        };
    }

    static String pairing(Position.Pairing pairing) {
        return switch (pairing) {
            case HALVES -> "half a head apart";
            case INTERLEAVED -> "interleaved";
        };
    }

    /** {@code none} for frequencies as they are. */
    public static String scaling(RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None _ -> "none";
            case RopeScaling.Linear(var factor) -> "linear, × " + Numbers.plain(factor);
            case RopeScaling.Llama3(var factor, var low, var high, var original) ->
                "Llama 3, × " + Numbers.plain(factor) + " from " + Numbers.exact(original) + " positions (low "
                        + Numbers.plain(low) + ", high " + Numbers.plain(high) + ")";
            case RopeScaling.Divided(var divisors) -> "frequencies divided one by one by " + range(divisors);
            case RopeScaling.Dynamic(var factor, var original) ->
                "dynamic NTK, × " + Numbers.plain(factor) + " from " + Numbers.exact(original) + " positions";
            case RopeScaling.LongRope rule ->
                "LongRoPE, frequencies divided by " + range(rule.shortDivisors()) + " up to "
                        + Numbers.exact(rule.original()) + " positions and by " + range(rule.longDivisors())
                        + " beyond (attention factor " + Numbers.plain(rule.attentionFactor()) + ")";
            case RopeScaling.Yarn yarn ->
                "YaRN, × " + Numbers.plain(yarn.factor()) + " from " + Numbers.exact(yarn.original())
                        + " positions (beta " + Numbers.plain(yarn.betaFast()) + " and "
                        + Numbers.plain(yarn.betaSlow()) + ", attention factor "
                        + Numbers.plain(yarn.attentionFactor()) + (yarn.truncate() ? "" : ", not truncated") + ")";
        };
    }

    /** The name of a kind of scaling, with its factor. */
    public static String briefly(RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None _ -> "";
            case RopeScaling.Linear(var factor) -> "linear × " + Numbers.plain(factor);
            case RopeScaling.Llama3(var factor, var _, var _, var _) -> "Llama 3 × " + Numbers.plain(factor);
            case RopeScaling.Divided _ -> "pair by pair";
            case RopeScaling.Dynamic(var factor, var _) -> "dynamic NTK × " + Numbers.plain(factor);
            case RopeScaling.LongRope _ -> "LongRoPE";
            case RopeScaling.Yarn yarn -> "YaRN × " + Numbers.plain(yarn.factor());
        };
    }

    private static String range(List<? extends Number> numbers) {
        var all = numbers.stream().mapToDouble(Number::doubleValue).summaryStatistics();
        return Numbers.plain(all.getMin()) + " to " + Numbers.plain(all.getMax());
    }

    static String span(HeadNorms.Span span) {
        return switch (span) {
            case HEAD -> "per head";
            case PROJECTION -> "over all heads";
        };
    }

    static String order(HeadNorms.Order order) {
        return switch (order) {
            case BEFORE_ROPE -> "before RoPE";
            case AFTER_ROPE -> "after RoPE";
        };
    }

    static String scoring(Experts.Router.Scoring scoring) {
        return switch (scoring) {
            case SOFTMAX -> "softmax";
            case SIGMOID -> "sigmoid";
        };
    }

    static String target(Experts.Router.Target target) {
        return switch (target) {
            case OUTPUT -> "the experts' outputs";
            case INPUT -> "the experts' inputs";
        };
    }

    static String groupScore(Experts.Router.GroupScore score) {
        return switch (score) {
            case MAXIMUM -> "by their best expert";
            case TOP_TWO_SUM -> "by the sum of their best two";
        };
    }
}
