package orrery.measure;

import orrery.report.TokenCost;

/**
 * The best possible speed of a workload: a step takes at least as long as reading its bytes at the machine's bandwidth,
 * and at least as long as its operations at the machine's peak (Williams, Waterman and Patterson, Roofline,
 * doi:10.1145/1498765.1498785).
 *
 * @param bytes bytes that a prompt, or a step of decoding, has to read
 * @param flops its FLOPs
 * @param tokensPerSecond the best possible, of all sequences
 * @param boundByMemory whether the bytes take longer than the operations
 */
public record Roofline(double bytes, double flops, double tokensPerSecond, boolean boundByMemory) {

    /**
     * By calculation alone.
     *
     * @param rows the most rows of a pass
     * @param bandwidth bytes per second
     * @param fmaPeak float operations per second
     */
    public static Roofline of(Workload workload, TokenCost cost, int rows, double bandwidth, double fmaPeak) {
        double bytes = workload.bytes(cost, workload.start(), 1, rows);
        double flops = workload.flops(cost, workload.start(), 1);
        double reading = bytes / bandwidth;
        double computing = flops / fmaPeak;
        return new Roofline(bytes, flops, workload.tokens(1) / Math.max(reading, computing), reading >= computing);
    }
}
