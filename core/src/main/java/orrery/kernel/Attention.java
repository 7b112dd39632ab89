package orrery.kernel;

import orrery.spec.Heads;
import orrery.spec.Reach;

/**
 * The shape of one attention. Latent attention, absorbed, is multi-query attention with one key of 576 whose first 512
 * values are also the value: that is why a value has a width of its own.
 *
 * @param heads query heads, KV heads, elements of a query and of a key
 * @param valueSize elements of a head's value
 * @param reach which earlier positions a row sees
 * @param scale what a query-key product is multiplied with
 * @param softcap {@code c} of {@code c * tanh(score / c)}, or 0 for none
 */
public record Attention(Heads heads, int valueSize, Reach reach, float scale, float softcap) {}
