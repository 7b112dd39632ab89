package orrery.lab.tape;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import orrery.tensor.DType;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * Memory for what a tape keeps: allocated piece by piece, and freed all at once or back to a {@link #mark}. It grows to
 * the size of the longest tape and is reused by the next one.
 */
final class TapeMemory implements AutoCloseable {
    private static final long CHUNK = 32L << 20;

    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> chunks = new ArrayList<>();
    private Mark next = new Mark(0, 0);

    /** Where the next piece begins. */
    record Mark(int chunk, long offset) {}

    /** Rows of any content. */
    Tensor tensor(long rows, long columns) {
        long bytes = rows * columns * Float.BYTES;
        long taken = (bytes + Tensor.ALIGNMENT - 1) / Tensor.ALIGNMENT * Tensor.ALIGNMENT;
        int chunk = next.chunk;
        long offset = next.offset;
        while (chunk < chunks.size() && offset + taken > chunks.get(chunk).byteSize()) {
            chunk++;
            offset = 0;
        }
        if (chunk == chunks.size()) {
            chunks.add(arena.allocate(Math.max(CHUNK, taken), Tensor.ALIGNMENT));
        }
        next = new Mark(chunk, offset + taken);
        return new Tensor(DType.F32, Shape.of(rows, columns), chunks.get(chunk).asSlice(offset, bytes));
    }

    /** Zeros. */
    Tensor zeros(long rows, long columns) {
        var made = tensor(rows, columns);
        made.data().fill((byte) 0);
        return made;
    }

    /** The first rows of a tensor, as they are now. */
    Tensor copy(Tensor x, int rows) {
        var made = tensor(rows, x.columns());
        made.data().copyFrom(x.data().asSlice(0, made.data().byteSize()));
        return made;
    }

    Mark mark() {
        return next;
    }

    /** Frees everything that was allocated after a mark. */
    void release(Mark mark) {
        next = mark;
    }

    /** Frees everything. */
    void reset() {
        next = new Mark(0, 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
