package orrery.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * What a branch computes. Each kind answers for itself: which weights it needs and, for attention, what it must
 * remember, what it sees and how wide its heads are. Running it is an exhaustive switch elsewhere, as is what only one
 * kind has.
 */
public sealed interface Op permits Op.Attention, Op.Mlp {

    /** Looks at other positions. */
    sealed interface Attention extends Op permits GroupedQuery, Latent {
        /** What it must remember of the past. */
        CacheSpec cache();

        /** How it is told where a token stands. */
        Position position();

        /** Number of query heads. */
        int queryHeads();

        /** Elements of one head's query, and of the key that it is multiplied with. */
        int querySize();

        /** Elements of one head's value. */
        int valueSize();

        /** Which earlier positions a query sees. */
        Reach reach();

        /** How query-key products become weights. */
        Scores scores();

        /** Whether its projections add biases. */
        boolean bias();

        /** Norms on the queries, keys and values of its heads; none where they stand on something else. */
        HeadNorms norms();

        /** Itself, where query heads have keys and values of their own or share them. */
        default Optional<GroupedQuery> grouped() {
            return Optional.empty();
        }

        /** Itself, where keys and values are made of latents. */
        default Optional<Latent> latent() {
            return Optional.empty();
        }

        /**
         * The same in a model whose layers are numbered anew.
         *
         * @param numbers from the number of a layer that it reads to the new one
         */
        Attention renumbered(IntUnaryOperator numbers);

        @Override
        default String slot() {
            return "attention";
        }
    }

    /** Looks at its own position alone. */
    sealed interface Mlp extends Op permits FeedForward, Experts {
        /** The feed-forward that a token goes through: itself, or one expert of its mixture. */
        FeedForward feedForward();

        /** The mixture that it is; empty where it is a single feed-forward. */
        Optional<Experts> experts();

        @Override
        default String slot() {
            return "mlp";
        }
    }

    /** Every tensor that it expects, roles relative to its branch. */
    List<WeightSpec> weights(int hiddenSize);

    /** The name of its branch in a weight's path. */
    String slot();

    /** A linear map: {@code role.weight [out, in]} and, where asked for, {@code role.bias [out]}. */
    static List<WeightSpec> linear(String role, int out, int in, boolean bias) {
        var weights = new ArrayList<WeightSpec>();
        weights.add(WeightSpec.of(role + ".weight", out, in));
        if (bias) {
            weights.add(WeightSpec.of(role + ".bias", out));
        }
        return weights;
    }
}
