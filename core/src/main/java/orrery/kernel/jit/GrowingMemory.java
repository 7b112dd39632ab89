package orrery.kernel.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory that grows to the largest use so far and is then only used again; what it held is lost when it grows. */
final class GrowingMemory implements AutoCloseable {
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;

    /** Makes sure that there are so many bytes. */
    void ensure(long bytes) {
        if (bytes <= memory.byteSize()) {
            return;
        }
        arena.close();
        arena = Arena.ofShared();
        memory = arena.allocate(Math.max(bytes, 2 * memory.byteSize()), RoundedRow.LINE);
    }

    /** Where it begins, a multiple of 64, until it grows. */
    long address() {
        return memory.address();
    }

    @Override
    public void close() {
        arena.close();
    }
}
