package orrery.lab.tape;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import orrery.kernel.Kernels;
import orrery.tensor.DType;
import orrery.tensor.Matrix;
import orrery.tensor.Shape;
import orrery.tensor.Tensor;

/**
 * What {@code out = x W^T} means for gradients, in products of the same kernels: {@code dX += dOut W} reads the weight
 * the other way round, {@code dW += dOut^T X} multiplies a transposed copy with a view.
 */
final class ProductDerivative {
    private static final int TILE = 16;

    private final Kernels base;
    private final TapeMemory memory;
    private final RowLoops loops;

    ProductDerivative(Kernels base, TapeMemory memory, RowLoops loops) {
        this.base = base;
        this.memory = memory;
        this.loops = loops;
    }

    /** {@code dX [rows, inputs]}, in memory of the tape. */
    Tensor byInput(Tensor outGradient, TapedWeight weight, int rows) {
        var made = memory.tensor(rows, weight.inputs());
        base.matmul(made, outGradient, weight.transposed(), rows);
        return made;
    }

    /** Adds {@code dOut^T X} to the weight's gradient. */
    void addByWeight(Tensor outGradient, Tensor x, TapedWeight weight, int rows) {
        if (rows == 0) {
            return;
        }
        var gradient = weight.gradient();
        boolean rowByRow = gradient.layout() == Matrix.Layout.OUT_IN;
        var left = rowByRow ? outGradient : x;
        var right = rowByRow ? x : outGradient;
        var mark = memory.mark();
        var turned = transposed(left, rows);
        var product = memory.tensor(left.columns(), right.columns());
        base.matmul(product, turned, base.prepareInPlace(columns(right, rows)), (int) left.columns());
        addRuns(gradient, product);
        memory.release(mark);
    }

    /** The rows of a tensor as a matrix {@code [columns, rows]}, in the same memory. */
    private static Matrix columns(Tensor x, int rows) {
        int columns = (int) x.columns();
        return new Matrix(DType.F32, columns, rows, Matrix.Layout.IN_OUT, columns, x.data());
    }

    private Tensor transposed(Tensor x, int rows) {
        int columns = (int) x.columns();
        var to = memory.tensor(columns, rows);
        var from = x.data();
        loops.parts(Math.ceilDiv(columns, TILE), (part, _) -> {
            int end = Math.min(columns, (part + 1) * TILE);
            for (int r = 0; r < rows; r++) {
                for (int c = part * TILE; c < end; c++) {
                    float value = from.getAtIndex(ValueLayout.JAVA_FLOAT, (long) r * columns + c);
                    to.data().setAtIndex(ValueLayout.JAVA_FLOAT, (long) c * rows + r, value);
                }
            }
        });
        return to;
    }

    private void addRuns(Matrix gradient, Tensor product) {
        int runs = (int) product.rows();
        int length = (int) product.columns();
        if (gradient.stride() == length) {
            var data = gradient.data().asSlice(0, product.data().byteSize());
            base.add(new Tensor(DType.F32, product.shape(), data), product, runs);
            return;
        }
        loops.rows(runs, (run, _) -> {
            MemorySegment data =
                    gradient.data().asSlice(run * gradient.stride() * Float.BYTES, (long) length * Float.BYTES);
            var row = new Tensor(DType.F32, Shape.of(1, length), data);
            var more = new float[length];
            RowLoops.read(product, run, more);
            RowLoops.add(row, 0, more);
        });
    }
}
