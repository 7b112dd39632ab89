package orrery.measure;

import java.util.List;
import java.util.Optional;

/**
 * The results of a plan.
 *
 * @param rounds the number of rounds
 * @param bandwidth bytes per second, over all probes
 * @param fmaPeak float operations per second, likewise
 * @param bytePeak operations on bytes per second, likewise; empty if the kernels have no products of bytes, or less
 *     than half of the weights are block-quantized
 * @param workloads in the order of the plan
 * @param cacheBytes bytes of the KV cache
 */
public record Results(
        int rounds,
        Quartiles bandwidth,
        Quartiles fmaPeak,
        Optional<Quartiles> bytePeak,
        List<Measured> workloads,
        long cacheBytes) {
    public Results {
        workloads = List.copyOf(workloads);
    }

    /** The peak of the products: that of bytes if they multiply bytes, otherwise that of floats. */
    public Quartiles arithmeticPeak() {
        return bytePeak.orElse(fmaPeak);
    }
}
