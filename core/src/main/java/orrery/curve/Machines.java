package orrery.curve;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Machines by name, with the figures that their vendors publish. GPU operations are dense BF16 with F32 accumulation,
 * without "sparsity"; CPU operations are F32 multiply-adds at the base clock, calculated from cores, clock and vector
 * units. A CPU's memory is an assumption: one module per channel.
 */
public final class Machines {
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;

    private static final List<Machine> ALL = List.of(
            gpu(
                    "h200",
                    "NVIDIA H200 SXM",
                    4.8 * TERA,
                    989.5 * TERA,
                    141,
                    "NVIDIA H200 Tensor Core GPU data sheet: 4.8 TB/s, 141 GB, BF16 1,979 TFLOPS with sparsity, half of that dense"),
            gpu(
                    "h100",
                    "NVIDIA H100 SXM",
                    3.35 * TERA,
                    989.5 * TERA,
                    80,
                    "NVIDIA H100 Tensor Core GPU data sheet (SXM): 3.35 TB/s, 80 GB, BF16 1,979 TFLOPS with sparsity, half of that dense"),
            gpu(
                    "a100",
                    "NVIDIA A100 80GB SXM",
                    2_039 * GIGA,
                    312 * TERA,
                    80,
                    "NVIDIA A100 Tensor Core GPU data sheet (80GB SXM): 2,039 GB/s, 80 GB, BF16 312 TFLOPS"),
            gpu(
                    "mi300x",
                    "AMD Instinct MI300X",
                    5.3 * TERA,
                    1_307.4 * TERA,
                    192,
                    "AMD Instinct MI300X data sheet: 5.3 TB/s, 192 GB, BF16 1,307.4 TFLOPS"),
            gpu(
                    "rtx-4090",
                    "NVIDIA GeForce RTX 4090",
                    1_008 * GIGA,
                    165.2 * TERA,
                    24,
                    "NVIDIA Ada GPU architecture whitepaper, appendix A: 1,008 GB/s, 24 GB, BF16 with sums in FP32 165.2 TFLOPS"),
            apple("m4-max", "Apple M4 Max (16 cores)", 546, 128),
            apple("m4-pro", "Apple M4 Pro", 273, 64),
            apple("m3-ultra", "Apple M3 Ultra", 819, 512),
            processor("epyc-9965", "AMD EPYC 9965", new Sockets(192, 2.25, 64, 12, 6400)),
            processor("epyc-9654", "AMD EPYC 9654", new Sockets(96, 2.4, 32, 12, 4800)),
            processor("xeon-8480+", "Intel Xeon Platinum 8480+", new Sockets(56, 2.0, 64, 8, 4800)));

    /**
     * One processor with all its channels filled.
     *
     * @param gigahertz base clock
     * @param operationsPerClock FLOPs of a core's F32 multiply-adds: two 512-bit units do 64, two 256-bit ones 32
     * @param transfers millions per second and channel, of eight bytes each
     */
    private record Sockets(int cores, double gigahertz, int operationsPerClock, int channels, int transfers) {
        static final int MODULE_GIGABYTES = 64;

        double bandwidth() {
            return channels * transfers * 1e6 * Long.BYTES;
        }

        double flops() {
            return cores * gigahertz * GIGA * operationsPerClock;
        }
    }

    private Machines() {}

    private static Machine gpu(
            String name, String title, double bandwidth, double flops, int gigabytes, String source) {
        return new Machine(name, title, bandwidth, OptionalDouble.of(flops), (long) (gigabytes * GIGA), source);
    }

    private static Machine apple(String name, String title, int gigabytesPerSecond, int gigabytes) {
        return new Machine(
                name,
                title,
                gigabytesPerSecond * GIGA,
                OptionalDouble.empty(),
                (long) (gigabytes * GIGA),
                "Apple's technical specifications: " + gigabytesPerSecond + " GB/s, up to " + gigabytes
                        + " GB of unified memory; Apple publishes no FLOP/s");
    }

    private static Machine processor(String name, String title, Sockets one) {
        return new Machine(
                name,
                title,
                one.bandwidth(),
                OptionalDouble.of(one.flops()),
                (long) (one.channels() * Sockets.MODULE_GIGABYTES * GIGA),
                String.format(
                        Locale.ROOT,
                        "computed from its maker's specifications: %d channels of DDR5-%d with a module of %d GB each;"
                                + " %d cores at their base clock of %s GHz, %d F32 operations per clock and core",
                        one.channels(),
                        one.transfers(),
                        Sockets.MODULE_GIGABYTES,
                        one.cores(),
                        one.gigahertz(),
                        one.operationsPerClock()));
    }

    /** All machines. */
    public static List<Machine> all() {
        return ALL;
    }

    /** All names, for messages. */
    public static String names() {
        return ALL.stream().map(Machine::name).collect(Collectors.joining(", "));
    }

    /** The machine with that name, ignoring case. */
    public static Optional<Machine> named(String name) {
        return ALL.stream()
                .filter(machine -> machine.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
