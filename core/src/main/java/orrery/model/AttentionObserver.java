package orrery.model;

import orrery.kernel.Attention;
import orrery.tensor.Tensor;

/**
 * Observes the attention layers of a step. The kernels never materialize the weights of the heads; an observer
 * recomputes them from the queries that it receives and the keys in the cache of the step.
 */
@FunctionalInterface
public interface AttentionObserver {
    /** Observes nothing. */
    AttentionObserver NONE = (_, _, _, _, _) -> {};

    /**
     * Called once per step for each attention layer, after its rows have attended and before the output projection. The
     * tensors are valid for the step's rows until this returns.
     *
     * @param layer the layer's index, under which the cache has its keys and values; the draft's is the number of
     *     layers
     * @param attention the shape of the attention over what is cached: for latent attention that of the absorbed form,
     *     in whichever form the step's rows were computed
     * @param query {@code [rows, heads * size]} with RoPE, norms and temperature applied, as it is multiplied with
     *     cached keys
     * @param output {@code [rows, heads * value size]}: the result of all heads
     * @param projection from weighted sums of cached values to {@code output}
     */
    void attended(int layer, Attention attention, Tensor query, Tensor output, HeadProjection projection);
}
