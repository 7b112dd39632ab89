package orrery.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory that grows to the largest use so far and is then only reused; growing loses its content. */
final class GrowingMemory implements AutoCloseable {
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;

    /** Ensures a size. */
    void ensure(long bytes) {
        if (bytes <= memory.byteSize()) {
            return;
        }
        arena.close();
        arena = Arena.ofShared();
        memory = arena.allocate(Math.max(bytes, 2 * memory.byteSize()), RoundedRow.LINE);
    }

    /** Its address, a multiple of 64, valid until it grows. */
    long address() {
        return memory.address();
    }

    @Override
    public void close() {
        arena.close();
    }
}
