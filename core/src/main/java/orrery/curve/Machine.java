package orrery.curve;

import java.util.OptionalDouble;
import orrery.kernel.Ceilings;

/**
 * The peak figures of a machine.
 *
 * @param name the name in options, {@code h200}
 * @param title the product's name, {@code NVIDIA H200}
 * @param bandwidth memory bandwidth in bytes per second
 * @param flops FLOPs per second in the type of the computation, a multiply-add counted as two; empty if the vendor
 *     publishes none
 * @param memory bytes for weights and KV cache. Data sheets say GB; that is read as 10^9 bytes, the smaller meaning
 * @param source where each figure comes from, and the type of the operations
 */
public record Machine(String name, String title, double bandwidth, OptionalDouble flops, long memory, String source) {
    private static final int PROBES = 5;
    private static final long PROBED_MEMORY = 512L << 20;

    public Machine {
        require(name, "bandwidth", "bytes per second", bandwidth);
        flops.ifPresent(number -> require(name, "flops", "operations per second", number));
        require(name, "memory", "bytes", memory);
    }

    private static void require(String name, String what, String unit, double number) {
        if (!(number > 0) || Double.isInfinite(number)) {
            throw new CurveException(
                    "machine " + name + ": " + what + " is " + number + " " + unit + ", expected more than 0");
        }
    }

    /**
     * This machine: the best of a few probes, which take about a second. {@code orrery bench} uses the same probes
     * before it measures.
     *
     * @param threads that read and compute
     * @param memory bytes that the machine has
     */
    public static Machine probed(int threads, long memory) {
        double bandwidth = 0;
        double flops = 0;
        try (var ceilings = Ceilings.of(threads, Math.min(memory / 8, PROBED_MEMORY))) {
            for (int i = 0; i < PROBES; i++) {
                bandwidth = Math.max(bandwidth, ceilings.bandwidth());
                flops = Math.max(flops, ceilings.arithmetic());
            }
        }
        return new Machine(
                "this",
                "this machine",
                bandwidth,
                OptionalDouble.of(flops),
                memory,
                "probed with " + threads + (threads == 1 ? " thread" : " threads") + ": the best of " + PROBES
                        + " reads, and of F32 multiply-adds");
    }

    /** {@code count} machines that share the work without loss: communication takes no time. */
    public Machine times(int count) {
        return count == 1
                ? this
                : new Machine(
                        count + "x" + name,
                        count + " × " + title,
                        count * bandwidth,
                        flops.isPresent() ? OptionalDouble.of(count * flops.getAsDouble()) : flops,
                        Math.multiplyExact(memory, (long) count),
                        count + " times " + source + "; communication between them is not counted");
    }

    /**
     * The least time of an operation in seconds: its bytes at the bandwidth, or its FLOPs at the peak, whichever takes
     * longer (Williams, Waterman and Patterson, Roofline, doi:10.1145/1498765.1498785). Only the bytes count if no peak
     * is known.
     */
    public double seconds(double bytes, double operations) {
        double reading = bytes / bandwidth;
        return flops.isPresent() ? Math.max(reading, operations / flops.getAsDouble()) : reading;
    }
}
