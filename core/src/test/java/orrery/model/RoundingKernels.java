package orrery.model;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orrery.kernel.ForwardingKernels;
import orrery.kernel.Kernels;
import orrery.kernel.Weight;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/**
 * The plain kernels, with activations rounded to eight bits before products with block-quantized weights, 32 per scale:
 * what fast kernels must compute, apart from the order of their sums.
 */
final class RoundingKernels extends ForwardingKernels {
    private static final int BLOCK = 32;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Set<Weight> inBlocks = new HashSet<>();

    RoundingKernels(Kernels base) {
        super(base);
    }

    @Override
    public Weight prepare(Matrix matrix) {
        return prepareInPlace(matrix);
    }

    @Override
    public Weight prepareInPlace(Matrix matrix) {
        var weight = base().prepareInPlace(matrix);
        if (matrix.dtype().blocked() && matrix.layout() == Matrix.Layout.OUT_IN) {
            inBlocks.add(weight);
        }
        return weight;
    }

    /** A copy in which {@code width} elements, from each multiple of {@code stride} on, are rounded. */
    private Tensor rounded(Tensor x, int rows, int stride, int width, int parts) {
        var copy = base().allocate(rows, (int) x.columns());
        base().copy(copy, x, rows);
        for (int row = 0; row < rows; row++) {
            for (int part = 0; part < parts; part++) {
                for (int i = 0; i < width; i += BLOCK) {
                    round(copy, 4 * (row * x.columns() + (long) part * stride + i));
                }
            }
        }
        return copy;
    }

    private static void round(Tensor x, long at) {
        float largest = 0;
        for (int i = 0; i < BLOCK; i++) {
            largest = Math.max(largest, Math.abs(x.data().get(FLOAT, at + 4 * i)));
        }
        float inverse = largest > 0x1p-120f ? 127 / largest : 0;
        for (int i = 0; i < BLOCK; i++) {
            float code = (float) Math.rint(x.data().get(FLOAT, at + 4 * i) * inverse);
            x.data().set(FLOAT, at + 4 * i, code * (largest / 127));
        }
    }

    @Override
    public void matmul(Tensor out, Tensor x, Weight weight, int rows) {
        var source = inBlocks.contains(weight) ? rounded(x, rows, 0, weight.inputs(), 1) : x;
        base().matmul(out, source, weight, rows);
    }

    @Override
    public void matmulAll(List<Tensor> outs, Tensor x, List<Weight> weights, int rows) {
        for (int i = 0; i < outs.size(); i++) {
            matmul(outs.get(i), x, weights.get(i), rows);
        }
    }

    @Override
    public void matmulHeads(Tensor out, int outStride, Tensor x, int xStride, List<Weight> weights, int rows) {
        var first = weights.getFirst();
        var source = inBlocks.contains(first) ? rounded(x, rows, xStride, first.inputs(), weights.size()) : x;
        base().matmulHeads(out, outStride, source, xStride, weights, rows);
    }

    @Override
    public void matmulEach(Tensor out, Tensor x, List<Weight> weights, int[] chosen, int count) {
        var first = weights.getFirst();
        var source = inBlocks.contains(first) ? rounded(x, count, 0, first.inputs(), 1) : x;
        base().matmulEach(out, source, weights, chosen, count);
    }

    @Override
    public void matmulPairs(
            Tensor first, Tensor second, Tensor x, List<Weight> firsts, List<Weight> seconds, int[] chosen, int count) {
        matmulEach(first, x, firsts, chosen, count);
        matmulEach(second, x, seconds, chosen, count);
    }
}
