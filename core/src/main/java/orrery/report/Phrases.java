package orrery.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.spec.Activation;
import orrery.spec.Experts;
import orrery.spec.FeedForward;
import orrery.spec.GroupedQuery;
import orrery.spec.HeadNorms;
import orrery.spec.Latent;
import orrery.spec.NormSpec;
import orrery.spec.Op;
import orrery.spec.Position;
import orrery.spec.Reach;
import orrery.spec.RopeScaling;
import orrery.spec.Scores;

/** The parts of a spec in words, one phrase each. */
public final class Phrases {
    private Phrases() {}

    public static boolean borrows(Op.Attention op) {
        return op.cache().lender().isPresent();
    }

    public static String heads(Op.Attention op) {
        return switch (op) {
            case GroupedQuery attention -> {
                var heads = attention.heads();
                String of = " of " + Numbers.exact(heads.size());
                if (heads.keyValue() == heads.query()) {
                    yield "multi-head: " + Numbers.count(heads.query(), "head") + of;
                }
                String name = heads.keyValue() == 1 ? "multi-query: " : "grouped-query: ";
                yield name + Numbers.count(heads.query(), "head") + of + ", "
                        + Numbers.count(heads.keyValue(), "KV head") + ", " + heads.group() + " queries to each";
            }
            case Latent attention ->
                "multi-head latent (MLA): " + Numbers.count(attention.queryHeads(), "head") + "; query and key of "
                        + attention.plainSize() + " + " + attention.rope().dimensions() + " rotary, value of "
                        + attention.valueSize();
        };
    }

    public static String latents(Latent attention) {
        String queries = attention.queryRank().isPresent()
                ? Numbers.exact(attention.queryRank().getAsInt()) + " for queries"
                : "none for queries";
        return Numbers.exact(attention.latentRank()) + " for keys and values, " + queries + "; "
                + norm(attention.norm()) + " on each"
                + (attention.bias() ? ", biases on the projections to them and of the output" : "");
    }

    public static String reach(Op.Attention op) {
        return switch (op.reach()) {
            case Reach.Full _ -> "every earlier token";
            case Reach.Window(var tokens) -> "a window of the last " + Numbers.count(tokens, "token");
            case Reach.Chunk(var tokens) -> "its own chunk of " + Numbers.count(tokens, "token");
        };
    }

    public static String position(Op.Attention op) {
        return switch (op.position()) {
            case Position.None _ -> "none in the attention";
            case Position.Rope rope -> rope(rope, op.querySize());
        };
    }

    private static String rope(Position.Rope rope, int headSize) {
        String pairs = switch (rope.pairing()) {
            case HALVES -> "paired by halves";
            case INTERLEAVED -> "neighbours paired";
        };
        String part = rope.dimensions() == headSize ? "" : " on " + rope.dimensions() + " of " + headSize;
        return "RoPE" + part + ", theta " + Numbers.plain(rope.theta()) + ", " + pairs + scaling(rope.scaling());
    }

    private static String scaling(RopeScaling scaling) {
        String stretched = stretched(scaling);
        return stretched.isEmpty() ? "" : ", " + stretched;
    }

    /** How RoPE is stretched; nothing where it is not. */
    public static String stretched(RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None _ -> "";
            case RopeScaling.Linear(var factor) -> "stretched " + Numbers.plain(factor) + " times (linear)";
            case RopeScaling.Llama3(var factor, var low, var high, var original) ->
                "stretched " + Numbers.plain(factor) + " times from " + Numbers.exact(original)
                        + " positions (llama3, low " + Numbers.plain(low) + ", high " + Numbers.plain(high) + ")";
            case RopeScaling.Divided(var divisors) -> "frequencies divided one by one by " + range(divisors);
            case RopeScaling.Dynamic(var factor, var original) ->
                "stretched " + Numbers.plain(factor) + " times by the length of the sequence from "
                        + Numbers.exact(original) + " positions (dynamic)";
            case RopeScaling.LongRope rule ->
                "frequencies divided one by one, by " + range(rule.shortDivisors()) + " up to "
                        + Numbers.exact(rule.original()) + " positions and by " + range(rule.longDivisors())
                        + " beyond (longrope, attention factor " + Numbers.plain(rule.attentionFactor()) + ")";
            case RopeScaling.Yarn yarn ->
                "stretched " + Numbers.plain(yarn.factor()) + " times from " + Numbers.exact(yarn.original())
                        + " positions (YaRN, beta " + Numbers.plain(yarn.betaFast()) + " and "
                        + Numbers.plain(yarn.betaSlow()) + ", attention factor "
                        + Numbers.plain(yarn.attentionFactor()) + ")";
        };
    }

    public static String scores(Scores scores) {
        double under = 1 / (scores.scale() * scores.scale());
        boolean root = Math.abs(under - Math.rint(under)) < 1e-6 * under && under > 1.5;
        String scale = "scaled by " + Numbers.plain(scores.scale())
                + (root ? " (1/√" + Numbers.exact(Math.round(under)) + ")" : "");
        String cap = scores.softcap() > 0 ? ", capped softly at " + Numbers.plain(scores.softcap()) : "";
        return scale
                + cap
                + switch (scores.temperature()) {
                    case Scores.Temperature.None _ -> "";
                    case Scores.Temperature.Tuned(var factor, var floor) ->
                        ", queries grow with position: 1 + " + Numbers.plain(factor) + " ln(1 + floor((p + 1) / "
                                + Numbers.exact(floor) + "))";
                };
    }

    public static String headNorms(HeadNorms norms) {
        String span = switch (norms.span()) {
            case HEAD -> "each head's";
            case PROJECTION -> "the whole";
        };
        String order = switch (norms.order()) {
            case BEFORE_ROPE -> "before RoPE";
            case AFTER_ROPE -> "after RoPE";
        };
        if (norms.query().equals(norms.key()) && norms.value().equals(NormSpec.NONE)) {
            return norm(norms.query()) + " on " + span + " query and key, " + order;
        }
        return Stream.of(named("query", norms.query()), named("key", norms.key()), named("value", norms.value()))
                .filter(phrase -> !phrase.isEmpty())
                .collect(Collectors.joining(", ", "on " + span + " ", "; " + order));
    }

    private static String named(String what, NormSpec norm) {
        return norm.equals(NormSpec.NONE) ? "" : what + ": " + norm(norm);
    }

    public static String norm(NormSpec norm) {
        return switch (norm) {
            case NormSpec.None _ -> "none";
            case NormSpec.Layer(var epsilon) -> "LayerNorm (epsilon " + Numbers.plain(epsilon) + ")";
            case NormSpec.Rms(var epsilon, var gain) ->
                "RMS norm (epsilon " + Numbers.plain(epsilon)
                        + switch (gain) {
                            case WEIGHT -> ")";
                            case ONE_PLUS_WEIGHT -> ", gain 1 + weight)";
                            case NONE -> ", no weight)";
                        };
        };
    }

    private static String range(List<? extends Number> numbers) {
        var all = numbers.stream().mapToDouble(Number::doubleValue).summaryStatistics();
        return Numbers.plain(all.getMin()) + " to " + Numbers.plain(all.getMax());
    }

    public static String activation(Activation activation) {
        return switch (activation) {
            case SILU -> "SiLU";
            case GELU_TANH -> "GELU (tanh form)";
            case GELU_ERF -> "GELU (erf form)";
            case RELU -> "ReLU";
        };
    }

    public static String feedForward(FeedForward dense) {
        return Numbers.exact(dense.intermediateSize()) + " wide, " + activation(dense.activation())
                + (dense.gated() ? ", gated" : ", not gated") + (dense.bias() ? ", with biases" : "")
                + (dense.sparsity() > 0
                        ? ", " + Numbers.plain(100 * dense.sparsity()) + " % of the gate cut to zero"
                        : "");
    }

    public static String router(Experts.Router router) {
        String scoring = switch (router.scoring()) {
            case SOFTMAX -> "softmax";
            case SIGMOID -> "sigmoid";
        };
        String target = switch (router.target()) {
            case OUTPUT -> "";
            case INPUT -> ", weights on the experts' input";
        };
        String groups = switch (router.groups()) {
            case Experts.Router.Groups.All _ -> "";
            case Experts.Router.Groups.Best(var count, var kept, var score) ->
                ", from the best " + kept + " of " + count + " groups ("
                        + switch (score) {
                            case MAXIMUM -> "by their best expert)";
                            case TOP_TWO_SUM -> "by the sum of their two best)";
                        };
        };
        return scoring
                + (router.correctionBias() ? ", a bias in the choice only" : "")
                + groups
                + (router.normalised() ? ", weights normalised" : ", weights not normalised")
                + (router.scale() == 1 ? "" : ", times " + Numbers.plain(router.scale()))
                + target;
    }
}
