package orrery.measure;

import java.util.Optional;

/**
 * What was measured of one workload; every figure is of one measurement, the quartiles are those of the rounds.
 *
 * @param tokens of all sequences that one measurement computed
 * @param bytes that a measurement had to read, the mean of the rounds
 * @param flops that it had to do, likewise
 * @param tokensPerSecond of all sequences together
 * @param shareOfBandwidth bytes over the time, against the bandwidth probed right before and after, pair by pair
 * @param shareOfFmaPeak float operations over the time, likewise
 * @param shareOfBytePeak the same operations against the peak of products of bytes; empty where the kernels have none,
 *     or less than half of the weights are in blocks
 * @param wholeTokensPerSecond a prediction: what the model with all its layers would do, from the time of each kind of
 *     layer and of embedding and head
 */
public record Measured(
        Workload workload,
        long tokens,
        double bytes,
        double flops,
        Quartiles tokensPerSecond,
        Quartiles shareOfBandwidth,
        Quartiles shareOfFmaPeak,
        Optional<Quartiles> shareOfBytePeak,
        Quartiles wholeTokensPerSecond) {

    /** What bounds it: the ceiling that it is nearer to. */
    public boolean boundByMemory() {
        return shareOfBandwidth.median() >= shareOfArithmetic().median();
    }

    /** The share of the peak that its products have: that of bytes where they multiply bytes, else that of floats. */
    public Quartiles shareOfArithmetic() {
        return shareOfBytePeak.orElse(shareOfFmaPeak);
    }
}
