package orrery.measure;

import java.util.List;
import java.util.Optional;

/**
 * What came of a plan.
 *
 * @param rounds how many there were
 * @param bandwidth bytes a second, of all probes
 * @param fmaPeak float operations a second, likewise
 * @param bytePeak operations on bytes a second, likewise; empty where the kernels have no products of bytes, or less
 *     than half of the weights are in blocks
 * @param workloads in the order of the plan
 * @param cacheBytes that the KV cache took
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

    /** The peak of the products: that of bytes where they multiply bytes, else that of floats. */
    public Quartiles arithmeticPeak() {
        return bytePeak.orElse(fmaPeak);
    }
}
