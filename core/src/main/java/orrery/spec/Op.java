package orrery.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * What a branch computes. Each kind answers only the questions that it alone can answer: which weights it needs and, for
 * attention, what it must remember. Running, measuring and drawing it are exhaustive switches elsewhere.
 */
public sealed interface Op permits Op.Attention, FeedForward, Experts {

    /** Looks at other positions. */
    sealed interface Attention extends Op permits GroupedQuery, Latent {
        /** What it must remember of the past. */
        CacheSpec cache();

        /** How it is told where a token stands. */
        Position position();

        /** Number of query heads. */
        int queryHeads();

        @Override
        default String slot() {
            return "attention";
        }
    }

    /** Every tensor that it expects, roles relative to its branch. */
    List<WeightSpec> weights(int hiddenSize);

    /** The name of its branch in a weight's path. */
    default String slot() {
        return "mlp";
    }

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
