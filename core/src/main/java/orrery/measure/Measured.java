package orrery.measure;

import java.util.Optional;

/**
 * The measurements of one workload; every figure is per measurement, and the quartiles are over the rounds.
 *
 * @param tokens tokens of all sequences per measurement
 * @param bytes bytes that a measurement had to read, the mean over the rounds
 * @param flops its FLOPs, likewise
 * @param tokensPerSecond of all sequences together
 * @param shareOfBandwidth bytes per second as a share of the bandwidth probed right before and after, measurement by
 *     measurement
 * @param shareOfFmaPeak FLOPs per second, likewise
 * @param shareOfBytePeak the same operations as a share of the peak of products of bytes; empty if the kernels have
 *     none, or less than half of the weights are block-quantized
 * @param wholeTokensPerSecond an estimate for the model with all its layers, from the time of each kind of layer and of
 *     embedding and head
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

    /** Whether it is bound by memory: the ceiling that it is nearer to. */
    public boolean boundByMemory() {
        return shareOfBandwidth.median() >= shareOfArithmetic().median();
    }

    /** The share of its products' peak: that of bytes if they multiply bytes, otherwise that of floats. */
    public Quartiles shareOfArithmetic() {
        return shareOfBytePeak.orElse(shareOfFmaPeak);
    }
}
