package orrery.model;

import java.util.List;
import orrery.kernel.Weight;

/**
 * The up-projections of latent attention, per head. Those of the keys are used in both directions: forwards to expand
 * keys, transposed to project a query into the latent space.
 *
 * @param queryToLatent {@code [rank, nopeSize]} of each head
 * @param latentToKey {@code [nopeSize, rank]} of each head
 * @param latentToValue {@code [valueSize, rank]} of each head
 */
record LatentUp(List<Weight> queryToLatent, List<Weight> latentToKey, List<Weight> latentToValue) {
    /** The end of the path of the keys' up-projections. */
    static final String KEYS = ".k_up.weight";

    /** Binds {@code path.k_up.weight} and {@code path.v_up.weight}. */
    static LatentUp bind(String path, BoundWeights weights) {
        var keys = weights.matrices(path + KEYS);
        return new LatentUp(
                keys.stream().map(head -> weights.weight(head.transposed())).toList(),
                keys.stream().map(weights::weight).toList(),
                weights.weights(path + ".v_up.weight"));
    }
}
