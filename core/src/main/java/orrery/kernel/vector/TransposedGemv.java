package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import orrery.kernel.Crew;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * A product of one row of activations with weights whose outputs are contiguous: each input is multiplied with all
 * outputs of a part, four inputs at a time, and the sums stay in the first-level cache. Weights are read in place, in
 * runs as long as the part.
 */
final class TransposedGemv implements Crew.Task {
    private static final int WIDTH = 4096;

    private final Crew pool;
    private DType dtype = DType.F32;
    private long out;
    private long x;
    private long weight;
    private long weightStride;
    private int outputs;
    private int inputs;
    private int width;

    TransposedGemv(Crew pool) {
        this.pool = pool;
    }

    /** Whether weights can be multiplied here. */
    static boolean takes(Matrix matrix) {
        return matrix.layout() == Matrix.Layout.IN_OUT && (matrix.dtype() == DType.BF16 || matrix.dtype() == DType.F32);
    }

    /** {@code out = x weight^T} for one row. */
    void multiply(long result, long activations, Matrix matrix) {
        dtype = matrix.dtype();
        out = result;
        x = activations;
        weight = OffHeap.address(matrix);
        weightStride = matrix.stride() * dtype.bytes();
        outputs = matrix.rows();
        inputs = matrix.columns();
        long fair = ((long) outputs + pool.workers() - 1) / pool.workers();
        width = Math.clamp((fair + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT, Lanes.COUNT, WIDTH);
        pool.run(this, (outputs + width - 1) / width);
    }

    @Override
    public void run(int part, int worker) {
        int first = part * width;
        int columns = Math.min(width, outputs - first);
        int whole = columns / Lanes.COUNT * Lanes.COUNT;
        long to = out + 4L * first;
        long w = weight + (long) first * dtype.bytes();
        OffHeap.fill(to, 4L * columns);
        int k = 0;
        for (; k <= inputs - 4; k += 4) {
            if (dtype == DType.BF16) {
                brains(w + k * weightStride, weightStride, x + 4L * k, to, whole);
            } else {
                singles(w + k * weightStride, weightStride, x + 4L * k, to, whole);
            }
        }
        rest(w, to, k, 0, whole);
        rest(w, to, 0, whole, columns);
    }

    /** The remaining elements one by one, from an input and an output on. */
    private void rest(long w, long to, int input, int from, int columns) {
        for (int k = input; k < inputs; k++) {
            float factor = OffHeap.get(x + 4L * k);
            for (int c = from; c < columns; c++) {
                float element = Widen.element(dtype, w + k * weightStride + (long) c * dtype.bytes());
                OffHeap.set(to + 4L * c, Math.fma(element, factor, OffHeap.get(to + 4L * c)));
            }
        }
    }

    private static void brains(long w, long stride, long x, long out, int count) {
        var x0 = FloatVector.broadcast(FLOATS, OffHeap.get(x));
        var x1 = FloatVector.broadcast(FLOATS, OffHeap.get(x + 4));
        var x2 = FloatVector.broadcast(FLOATS, OffHeap.get(x + 8));
        var x3 = FloatVector.broadcast(FLOATS, OffHeap.get(x + 12));
        long w2 = 2 * stride;
        long w3 = 3 * stride;
        long at = w;
        long to = out;
        for (int left = count; left > 0; left -= Lanes.COUNT) {
            var s0 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(x0, FloatVector.fromMemorySegment(FLOATS, ALL, to, LITTLE));
            var s1 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + stride, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(x1, s0);
            var s2 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + w2, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(x2, s1);
            var s3 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + w3, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(x3, s2);
            s3.intoMemorySegment(ALL, to, LITTLE);
            at += BYTES / 2;
            to += BYTES;
        }
    }

    private static void singles(long w, long stride, long x, long out, int count) {
        var x0 = FloatVector.broadcast(FLOATS, OffHeap.get(x));
        var x1 = FloatVector.broadcast(FLOATS, OffHeap.get(x + 4));
        var x2 = FloatVector.broadcast(FLOATS, OffHeap.get(x + 8));
        var x3 = FloatVector.broadcast(FLOATS, OffHeap.get(x + 12));
        long w2 = 2 * stride;
        long w3 = 3 * stride;
        long at = w;
        long to = out;
        for (int left = count; left > 0; left -= Lanes.COUNT) {
            var s0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE)
                    .fma(x0, FloatVector.fromMemorySegment(FLOATS, ALL, to, LITTLE));
            var s1 = FloatVector.fromMemorySegment(FLOATS, ALL, at + stride, LITTLE)
                    .fma(x1, s0);
            var s2 = FloatVector.fromMemorySegment(FLOATS, ALL, at + w2, LITTLE).fma(x2, s1);
            var s3 = FloatVector.fromMemorySegment(FLOATS, ALL, at + w3, LITTLE).fma(x3, s2);
            s3.intoMemorySegment(ALL, to, LITTLE);
            at += BYTES;
            to += BYTES;
        }
    }
}
