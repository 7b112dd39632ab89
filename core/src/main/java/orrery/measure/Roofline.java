package orrery.measure;

import orrery.report.TokenCost;

/**
 * How fast a workload could be at best: a step takes at least as long as its bytes take at the machine's bandwidth, and
 * as long as its operations take at its peak (Williams, Waterman and Patterson, Roofline, doi:10.1145/1498765.1498785).
 *
 * @param bytes that a prompt, or a step of decoding, has to read
 * @param flops that it has to do
 * @param tokensPerSecond of all sequences, at best
 * @param boundByMemory whether the bytes take longer than the operations
 */
public record Roofline(double bytes, double flops, double tokensPerSecond, boolean boundByMemory) {

    /**
     * By arithmetic alone.
     *
     * @param rows of a pass at most
     * @param bandwidth bytes a second
     * @param fmaPeak float operations a second
     */
    public static Roofline of(Workload workload, TokenCost cost, int rows, double bandwidth, double fmaPeak) {
        double bytes = workload.bytes(cost, workload.start(), 1, rows);
        double flops = workload.flops(cost, workload.start(), 1);
        double reading = bytes / bandwidth;
        double computing = flops / fmaPeak;
        return new Roofline(bytes, flops, workload.tokens(1) / Math.max(reading, computing), reading >= computing);
    }
}
