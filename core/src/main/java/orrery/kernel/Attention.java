package orrery.kernel;

import orrery.spec.Heads;
import orrery.spec.Reach;

/**
 * The shape of an attention. A value has its own size because absorbed latent attention is multi-query attention with
 * one key of 576 elements whose first 512 are also the value.
 *
 * @param heads query heads, KV heads, elements of a query and of a key
 * @param valueSize elements of a head's value
 * @param reach which earlier positions a row attends to
 * @param scale the factor of a query-key product
 * @param softcap {@code c} of {@code c * tanh(score / c)}, or 0 for none
 */
public record Attention(Heads heads, int valueSize, Reach reach, float scale, float softcap) {}
