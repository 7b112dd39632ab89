package orrery.curve;

/**
 * What was measured of a model on a machine.
 *
 * @param model its name
 * @param quantity {@link Quantity#TIME} or {@link Quantity#FIRST}
 * @param context tokens, in the sense of {@link Scenario}; the middle one where several were decoded
 * @param batch sequences that were decoded at once
 * @param seconds of a step, or of a prompt
 */
public record Measurement(String model, Quantity quantity, long context, int batch, double seconds) {}
