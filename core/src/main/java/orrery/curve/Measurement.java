package orrery.curve;

import orrery.tensor.KvType;

/**
 * What was measured of a model on a machine.
 *
 * @param model its name
 * @param quantity {@link Quantity#TIME} or {@link Quantity#FIRST}
 * @param storage what its weights were stored in
 * @param kvType in what keys and values were remembered
 * @param context tokens, in the sense of {@link Scenario}; the middle one where several were decoded
 * @param batch sequences that were decoded at once
 * @param seconds of a step, or of a prompt
 */
public record Measurement(
        String model, Quantity quantity, String storage, KvType kvType, long context, int batch, double seconds) {

    /**
     * Whether it is of that model, run like that, and of that quantity. A prompt is one sequence, whatever the batch,
     * and hardly depends on what its cache is kept in.
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
