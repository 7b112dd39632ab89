package orrery.bench;

import java.util.Locale;
import orrery.kernel.Ceilings;

/** Prints this machine's peak bandwidth and arithmetic, ten times. */
final class CeilingsTable {
    private CeilingsTable() {}

    /** See the class. */
    public static void main(String[] arguments) {
        int threads = Runtime.getRuntime().availableProcessors();
        try (var ceilings = Ceilings.of(threads, Long.MAX_VALUE)) {
            for (int i = 0; i < 10; i++) {
                System.out.printf(
                        Locale.ROOT,
                        "%d threads: %.1f GB/s, %.0f GFLOP/s%n",
                        threads,
                        ceilings.bandwidth() / 1e9,
                        ceilings.arithmetic() / 1e9);
            }
        }
    }
}
