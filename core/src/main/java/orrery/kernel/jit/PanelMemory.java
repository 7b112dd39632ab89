package orrery.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for packed weights, in pages of 2 MiB where the system has them, until it is closed. Weights share runs of it,
 * so that small ones do not take a page each; of a run's pages only those that hold something take memory.
 */
final class PanelMemory implements AutoCloseable {
    private static final long RUN = 64L << 20;

    private final Arena arena = Arena.ofShared();
    private MemorySegment run = MemorySegment.NULL;
    private long used;

    /**
     * Zeros.
     *
     * @return where they begin, a multiple of 64
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
