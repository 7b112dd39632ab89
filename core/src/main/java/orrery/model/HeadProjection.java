package orrery.model;

import orrery.tensor.Tensor;

/**
 * How the result of the heads follows from their weighted sums of cached values: it is that sum, or, in latent
 * attention, its projection up from the latents.
 */
@FunctionalInterface
public interface HeadProjection {
    /** The sum itself. */
    HeadProjection NONE = (mixed, _) -> mixed;

    /**
     * The result of all heads, {@code [rows, heads * value size]}, valid until the observer returns.
     *
     * @param mixed {@code [rows, heads * size of a cached value]}, allocated by the decoder's kernels
     */
    Tensor of(Tensor mixed, int rows);
}
