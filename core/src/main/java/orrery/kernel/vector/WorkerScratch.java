package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.util.Arrays;
import orrery.tensor.Tensor;

/** Memory of each worker's own, that grows to the largest call so far and is then only reused. */
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

    /** Makes sure that every worker has that many bytes; what they held is lost. */
    void ensure(long wanted) {
        if (wanted <= bytes) {
            return;
        }
        // Doubling, because what is outgrown is not freed before the arena is.
        bytes = Math.max(wanted, 2 * bytes);
        for (int i = 0; i < addresses.length; i++) {
            // A little apart, so that workers' scratch does not compete for the same sets of a cache.
            addresses[i] = arena.allocate(bytes + 4096, Tensor.ALIGNMENT).address() + i * 512L % 4096;
        }
    }

    /** Where a worker's memory begins. */
    long of(int worker) {
        return addresses[worker];
    }

    /** What a worker's {@link Tile} sums up in. */
    float[] sums(int worker) {
        return sums[worker];
    }
}
