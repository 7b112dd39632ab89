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
    private static final int LINE = 16;

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
        addRuns(gradient, transposedTimes(left, right, rows));
        memory.release(mark);
    }

    /** {@code to += left^T right} over the first {@code rows} rows of both. */
    void addTransposed(Tensor to, Tensor left, Tensor right, int rows) {
        var mark = memory.mark();
        base.add(to, transposedTimes(left, right, rows), (int) to.rows());
        memory.release(mark);
    }

    private Tensor transposedTimes(Tensor left, Tensor right, int rows) {
        var turned = transposed(left, rows);
        var product = memory.tensor(left.columns(), right.columns());
        base.matmul(product, turned, base.prepareInPlace(columns(right, rows)), (int) left.columns());
        return product;
    }

    /** The rows of a tensor as a matrix {@code [columns, rows]}, in the same memory. */
    private static Matrix columns(Tensor x, int rows) {
        int columns = (int) x.columns();
        return new Matrix(DType.F32, columns, rows, Matrix.Layout.IN_OUT, columns, x.data());
    }

    private Tensor transposed(Tensor x, int rows) {
        int columns = (int) x.columns();
        var to = memory.tensor(columns, rows);
        loops.parts(Math.ceilDiv(columns, TILE), (part, room) -> {
            int from = part * TILE;
            int width = Math.min(TILE, columns - from);
            var piece = room.array(0, width);
            // Columns that are a power of two apart would share few places in the first-level cache.
            int stride = rows + LINE;
            var turned = room.array(1, width * stride);
            for (int r = 0; r < rows; r++) {
                long at = ((long) r * columns + from) * Float.BYTES;
                MemorySegment.copy(x.data(), ValueLayout.JAVA_FLOAT, at, piece, 0, width);
                for (int c = 0; c < width; c++) {
                    turned[c * stride + r] = piece[c];
                }
            }
            for (int c = 0; c < width; c++) {
                long at = (long) (from + c) * rows * Float.BYTES;
                MemorySegment.copy(turned, c * stride, to.data(), ValueLayout.JAVA_FLOAT, at, rows);
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
