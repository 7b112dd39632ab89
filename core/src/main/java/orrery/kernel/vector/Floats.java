package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.kernel.Elements;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * Converts blocks that run along the outputs to F32 in the same layout: no product sums over inputs in different blocks
 * of other outputs.
 */
final class Floats {
    private Floats() {}

    /** Bytes of such a copy. */
    static long bytes(Matrix matrix) {
        return (long) matrix.rows() * matrix.columns() * Float.BYTES;
    }

    /** The same elements as individual floats. */
    static Matrix of(Matrix matrix, Arena arena) {
        int outputs = matrix.rows();
        var run = new float[outputs];
        var copy = arena.allocate(Math.max(1, bytes(matrix)), Tensor.ALIGNMENT);
        for (int i = 0; i < matrix.columns(); i++) {
            Elements.run(matrix, i, run);
            MemorySegment.copy(run, 0, copy, ValueLayout.JAVA_FLOAT, (long) i * outputs * Float.BYTES, outputs);
        }
        return new Matrix(DType.F32, outputs, matrix.columns(), Matrix.Layout.IN_OUT, outputs, copy);
    }
}
