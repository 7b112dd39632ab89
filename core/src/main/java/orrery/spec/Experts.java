package orrery.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mixture of experts: for each token, a router picks {@code active} of {@code count} feed-forward experts of the same
 * shape; the shared expert, if there is one, always runs.
 */
public record Experts(int count, int active, FeedForward expert, Router router, Optional<FeedForward> shared)
        implements Op.Mlp {
    public Experts {
        SpecException.require(count > 0, count + " experts, expected 1 or more");
        SpecException.require(
                active > 0 && active <= count,
                "num_experts_per_tok is " + active + ", expected 1 to the number of experts, " + count);
        switch (router.groups()) {
            case Router.Groups.All _ -> {}
            case Router.Groups.Best(var groups, var kept, var _) -> {
                SpecException.require(
                        groups > 0 && count % groups == 0, count + " experts do not divide into " + groups + " groups");
                SpecException.require(
                        kept > 0 && kept <= groups, "topk_group is " + kept + ", expected 1 to n_group, " + groups);
                SpecException.require(
                        active <= (long) kept * (count / groups),
                        active + " experts per token do not fit into " + kept + " groups of " + count / groups);
            }
        }
    }

    @Override
    public FeedForward feedForward() {
        return expert;
    }

    @Override
    public Optional<Experts> experts() {
        return Optional.of(this);
    }

    /** The shared expert's width as a multiple of the routed ones' width; 1 if it is not a multiple. */
    public int sharedExperts() {
        int width = expert.intermediateSize();
        return shared.map(one -> one.intermediateSize() % width == 0 ? one.intermediateSize() / width : 1)
                .orElse(0);
    }

    @Override
    public List<WeightSpec> weights(int hiddenSize) {
        var weights = new ArrayList<WeightSpec>();
        weights.add(WeightSpec.of("router.weight", count, hiddenSize));
        if (router.correctionBias()) {
            weights.add(WeightSpec.of("router.bias", count));
        }
        for (var weight : expert.weights(hiddenSize)) {
            weights.add(weight.within("experts").times(count, active));
        }
        shared.ifPresent(one -> {
            for (var weight : one.weights(hiddenSize)) {
                weights.add(weight.within("shared"));
            }
        });
        return weights;
    }

    /**
     * How experts are chosen and weighted.
     *
     * @param scoring how a router logit becomes a score
     * @param correctionBias whether a stored bias is added for the choice, and only for the choice (DeepSeek V3,
     *     arXiv:2412.19437)
     * @param normalised whether the chosen weights are divided by their sum
     * @param scale the factor of the final weights
     * @param groups whether whole groups are dropped before the choice
     * @param target what the weight multiplies
     */
    public record Router(
            Scoring scoring, boolean correctionBias, boolean normalised, double scale, Groups groups, Target target) {

        /** Softmax over all experts, then top-k; weights multiply the output. */
        public static Router softmax(boolean normalised) {
            return new Router(Scoring.SOFTMAX, false, normalised, 1, Groups.ALL, Target.OUTPUT);
        }

        /** From router logits to scores. */
        public enum Scoring {
            SOFTMAX,
            SIGMOID
        }

        /** What the weight of an expert multiplies. */
        public enum Target {
            OUTPUT,
            /** Llama 4: the input; this differs, since the activation is not linear. */
            INPUT
        }

        /** Group-limited routing (arXiv:2405.04434, section 2.2.2). */
        public sealed interface Groups {
            /** Every expert may be chosen. */
            record All() implements Groups {}

            /**
             * Only experts of the best groups may be chosen.
             *
             * @param groups the number of groups of consecutive experts
             * @param kept how many groups are kept
             * @param score the score of a group
             */
            record Best(int groups, int kept, GroupScore score) implements Groups {}

            Groups ALL = new All();
        }

        /** The score of a group of experts. */
        public enum GroupScore {
            /** Its best expert (DeepSeek V2). */
            MAXIMUM,
            /** The sum of its two best experts (DeepSeek V3). */
            TOP_TWO_SUM
        }
    }
}
