package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.util.Arrays;
import orrery.tensor.Tensor;

/** Memory for each worker, which grows to the largest call so far and is then only reused. */
final class WorkerScratch {
    private final Arena arena;
    private final long[] addresses;
    private final float[][] sums;
    private long bytes;

    WorkerScratch(Arena arena, int workers) {
        this.arena = arena;
        addresses = new long[workers];
        sums = new float[workers][];
        Arrays.setAll(sums, _ -> Apart.floats(Tile.SUMS));
    }

    /** Ensures that every worker has that many bytes; their content is lost. */
    void ensure(long wanted) {
        if (wanted <= bytes) {
            return;
        }
        // Doubling, because old memory is not freed before the arena is.
        bytes = Math.max(wanted, 2 * bytes);
        for (int i = 0; i < addresses.length; i++) {
            // Spaced apart, so that workers' scratch does not compete for the same cache sets.
            addresses[i] = arena.allocate(bytes + 4096, Tensor.ALIGNMENT).address() + i * 512L % 4096;
        }
    }

    /** The address of a worker's memory. */
    long of(int worker) {
        return addresses[worker];
    }

    /** The accumulators of a worker's {@link Tile}. */
    float[] sums(int worker) {
        return sums[worker];
    }
}
