package orrery.measure;

import java.util.List;

/**
 * What came of a plan.
 *
 * @param rounds how many there were
 * @param bandwidth bytes a second, of all probes
 * @param fmaPeak float operations a second, likewise
 * @param workloads in the order of the plan
 * @param cacheBytes that the KV cache took
 */
public record Results(int rounds, Quartiles bandwidth, Quartiles fmaPeak, List<Measured> workloads, long cacheBytes) {
    public Results {
        workloads = List.copyOf(workloads);
    }
}
