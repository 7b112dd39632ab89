package orrery.curve;

import orrery.tensor.KvType;

/**
 * A measurement of a model on a machine.
 *
 * @param model its name
 * @param quantity {@link Quantity#TIME} or {@link Quantity#FIRST}
 * @param storage the type of its weights
 * @param kvType the type of the KV cache
 * @param context tokens, as defined by {@link Scenario}; the middle one if several were decoded
 * @param batch sequences that were decoded together
 * @param seconds of a step, or of a prompt
 */
public record Measurement(
        String model, Quantity quantity, String storage, KvType kvType, long context, int batch, double seconds) {

    /**
     * Whether it measures that quantity of that scenario. A prompt is one sequence, whatever the batch, and hardly
     * depends on the type of its KV cache.
     */
    boolean isOf(Quantity wanted, Scenario scenario) {
        boolean prompt = wanted == Quantity.FIRST;
        return quantity == wanted
                && model.equals(scenario.spec().name())
                && storage.equals(scenario.storage())
                && (prompt || (batch == scenario.batch() && kvType == scenario.kvType()))
                && context <= scenario.spec().maxPositions();
    }
}
