package orrery.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/** Tensors backed by arrays, which loops can index directly instead of through a memory segment. */
final class LoopArrays {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LoopArrays() {}

    /** Zeros {@code [rows, columns]}. */
    static Tensor allocate(int rows, int columns) {
        long elements = (long) rows * columns;
        if (elements > Integer.MAX_VALUE - 8) {
            throw new BackendException("activations of [" + rows + ", " + columns
                    + "] are more than an array holds; expected the backend \"loops\" for small models only");
        }
        return new Tensor(DType.F32, Shape.of(rows, columns), MemorySegment.ofArray(new float[(int) elements]));
    }

    /**
     * The whole array of a tensor that {@link #allocate} made.
     *
     * @throws IllegalArgumentException if the tensor is not backed by an array
     */
    static float[] of(Tensor tensor) {
        if (tensor.data().heapBase().orElse(null) instanceof float[] array
                && array.length == tensor.rows() * tensor.columns()) {
            return array;
        }
        throw new IllegalArgumentException("memory that these kernels did not allocate");
    }

    /** Copies {@code count} two-byte elements of a matrix, from element {@code index} on. */
    static void bits(Matrix matrix, long index, short[] to, int at, int count) {
        MemorySegment.copy(matrix.data(), SHORT, index * Short.BYTES, to, at, count);
    }
}
