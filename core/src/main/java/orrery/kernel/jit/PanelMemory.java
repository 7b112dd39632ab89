package orrery.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for packed weights, in pages of 2 MiB if the system has them, freed when it is closed. Weights share
 * contiguous allocations, so that small ones do not take a page each; only touched pages use memory.
 */
final class PanelMemory implements AutoCloseable {
    private static final long RUN = 64L << 20;

    private final Arena arena = Arena.ofShared();
    private MemorySegment run = MemorySegment.NULL;
    private long used;

    /**
     * Allocates zeros.
     *
     * @return their address, a multiple of 64
     */
    long allocate(long bytes) {
        long wanted = bytes + RoundedRow.LINE - 1 & -RoundedRow.LINE;
        if (wanted > RUN) {
            return LargePages.allocate(arena, wanted).address();
        }
        if (wanted > run.byteSize() - used) {
            run = LargePages.allocate(arena, RUN);
            used = 0;
        }
        long address = run.address() + used;
        used += wanted;
        return address;
    }

    @Override
    public void close() {
        arena.close();
    }
}
