package orrery.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Contiguous rows of one dtype in memory that it does not own: a mapped file, or an arena. A tensor never frees
 * anything; the code that opened the memory closes it.
 *
 * @param dtype how one element is stored
 * @param shape the extents, outermost first
 * @param data exactly the tensor's bytes, little-endian
 */
public record Tensor(DType dtype, Shape shape, MemorySegment data) {

    /** Kernels read whole vectors, so allocated memory starts on a cache line. */
    public static final long ALIGNMENT = 64;

    public Tensor {
        if (shape.columns() % dtype.blockElements() != 0) {
            throw new IllegalArgumentException("rows of " + shape.columns() + " elements are not a whole number of "
                    + dtype + " blocks of " + dtype.blockElements());
        }
        long bytes = dtype.bytes(shape.elements());
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException(
                    dtype + " " + shape + " takes " + bytes + " bytes, but " + data.byteSize() + " were given");
        }
    }

    /** Zeros, aligned to {@link #ALIGNMENT}, freed with the arena. */
    public static Tensor zeros(Arena arena, DType dtype, long... dimensions) {
        Shape shape = Shape.of(dimensions);
        long bytes = dtype.bytes(shape.elements());
        return new Tensor(
                dtype, shape, arena.allocate(Math.max(1, bytes), ALIGNMENT).asSlice(0, bytes));
    }

    /** Elements of one row. */
    public long columns() {
        return shape.columns();
    }

    /** Rows, all outer extents multiplied. */
    public long rows() {
        return shape.rows();
    }

    /** The first {@code rows} rows of a matrix {@code [rows, columns]}, in the same memory. */
    public Tensor head(long rows) {
        return rows(0, rows);
    }

    /**
     * The rows from {@code first} to {@code first + count} as a matrix {@code [count, columns]}, in the same memory.
     */
    public Tensor rows(long first, long count) {
        long rowBytes = dtype.bytes(columns());
        return new Tensor(dtype, Shape.of(count, columns()), data.asSlice(first * rowBytes, count * rowBytes));
    }

    /** The same memory with another shape of as many elements. */
    public Tensor reshape(long... dimensions) {
        return new Tensor(dtype, Shape.of(dimensions), data);
    }
}
