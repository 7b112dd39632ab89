package orrery.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * What a branch computes. Each kind knows which weights it needs and, for attention, what it caches, how far it attends
 * and how wide its heads are. Everything else, such as running it, is an exhaustive switch elsewhere.
 */
public sealed interface Op permits Op.Attention, Op.Mlp {

    /** Mixes positions. */
    sealed interface Attention extends Op permits GroupedQuery, Latent {
        /** What it caches. */
        CacheSpec cache();

        /** Its position encoding. */
        Position position();

        /** Number of query heads. */
        int queryHeads();

        /** Elements of one head's query, and of the key that it is multiplied with. */
        int querySize();

        /** Elements of one head's value. */
        int valueSize();

        /** Which earlier positions a query attends to. */
        Reach reach();

        /** How query-key products become weights. */
        Scores scores();

        /** Whether its projections have biases. */
        boolean bias();

        /** Norms on the queries, keys and values of its heads; none if they are elsewhere. */
        HeadNorms norms();

        /** This, if it is multi-head, grouped-query or multi-query attention. */
        default Optional<GroupedQuery> grouped() {
            return Optional.empty();
        }

        /** This, if it is latent attention. */
        default Optional<Latent> latent() {
            return Optional.empty();
        }

        /**
         * The same in a model whose layers are renumbered.
         *
         * @param numbers maps the number of a layer that it reads to the new one
         */
        Attention renumbered(IntUnaryOperator numbers);

        @Override
        default String slot() {
            return "attention";
        }
    }

    /** Works on each position alone. */
    sealed interface Mlp extends Op permits FeedForward, Experts {
        /** The feed-forward block that a token goes through: this, or one expert of the mixture. */
        FeedForward feedForward();

        /** This, if it is a mixture of experts; empty for a dense feed-forward block. */
        Optional<Experts> experts();

        @Override
        default String slot() {
            return "mlp";
        }
    }

    /** Every tensor that it has, with roles relative to its branch. */
    List<WeightSpec> weights(int hiddenSize);

    /** The name of its branch in a weight's path. */
    String slot();

    /** A linear map: {@code role.weight [out, in]} and, if {@code bias}, {@code role.bias [out]}. */
    static List<WeightSpec> linear(String role, int out, int in, boolean bias) {
        var weights = new ArrayList<WeightSpec>();
        weights.add(WeightSpec.of(role + ".weight", out, in));
        if (bias) {
            weights.add(WeightSpec.of(role + ".bias", out));
        }
        return weights;
    }
}
