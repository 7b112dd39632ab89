package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * A product of one row with weights whose outputs are contiguous: sums of contiguous runs, four at a time, each read
 * once from end to end. The order of a sum is that of {@link Tile}, input after input.
 */
final class ColumnSums {
    private ColumnSums() {}

    /** {@code out[from .. to] = x weight^T}. */
    static void multiply(Matrix matrix, long weight, long x, long out, int from, int to) {
        OffHeap.fill(out + 4L * from, 4L * (to - from));
        for (int o = from; o < to; ) {
            int count = to - o;
            if (matrix.scales().isPresent()) {
                count = StoredRuns.inBlock(matrix.scales().get(), o, count);
            }
            block(matrix, weight + (long) o * matrix.dtype().bytes(), x, out + 4L * o, o, count);
            o += count;
        }
    }

    /** Outputs that share a block's factor for any input. */
    private static void block(Matrix matrix, long weight, long x, long out, int output, int count) {
        var dtype = matrix.dtype();
        // At 128 bits there is no vector of four bytes, which the fast path would need.
        int whole = dtype != DType.F8_E4M3 || Fp8.taken() == COUNT ? count / COUNT * COUNT : 0;
        boolean fits = true;
        for (int i = 0; i < matrix.columns(); ) {
            int end = endOfBlock(matrix, i);
            float scale = matrix.scale(output, i);
            if (dtype == DType.F8_E4M3) {
                fits &= eights(matrix, weight, x, scale, i, end, out, whole);
            } else {
                sum(matrix, weight, x, scale, i, end, out, whole);
            }
            i = end;
        }
        if (dtype == DType.F8_E4M3 && fits) {
            Sums.scale(out, Fp8.HALF_REBIAS, whole);
        } else if (!fits) {
            OffHeap.fill(out, 4L * whole);
            whole = 0;
        }
        long stride = matrix.stride() * dtype.bytes();
        for (int i = 0; i < matrix.columns() && whole < count; i++) {
            float factor = factor(matrix, x, output, i);
            one(dtype, weight + i * stride + (long) whole * dtype.bytes(), factor, out + 4L * whole, count - whole);
        }
    }

    /** Where the inputs end that share a factor with {@code input}. */
    private static int endOfBlock(Matrix matrix, int input) {
        if (matrix.scales().isEmpty()) {
            return matrix.columns();
        }
        var scales = matrix.scales().get();
        int left = scales.blockRows() - (input + scales.firstRow()) % scales.blockRows();
        return input + Math.min(left, matrix.columns() - input);
    }

    private static void sum(Matrix matrix, long weight, long x, float scale, int from, int to, long out, int count) {
        var dtype = matrix.dtype();
        long stride = matrix.stride() * dtype.bytes();
        int i = from;
        for (; i <= to - 4; i += 4) {
            long w = weight + i * stride;
            float f0 = OffHeap.get(x + 4L * i) * scale;
            float f1 = OffHeap.get(x + 4L * i + 4) * scale;
            float f2 = OffHeap.get(x + 4L * i + 8) * scale;
            float f3 = OffHeap.get(x + 4L * i + 12) * scale;
            switch (dtype) {
                case BF16 -> brains(w, stride, f0, f1, f2, f3, out, count);
                case F16 -> halves(w, stride, f0, f1, f2, f3, out, count);
                default -> singles(w, stride, f0, f1, f2, f3, out, count);
            }
        }
        for (; i < to; i++) {
            one(dtype, weight + i * stride, OffHeap.get(x + 4L * i) * scale, out, count);
        }
    }

    /** The sums of E4M3 weights over 2^60, and whether none of them is NaN. */
    private static boolean eights(
            Matrix matrix, long weight, long x, float scale, int from, int to, long out, int count) {
        boolean fits = true;
        long stride = matrix.stride();
        float factor = scale * Fp8.HALF_REBIAS;
        int i = from;
        for (; i <= to - 4; i += 4) {
            float f0 = OffHeap.get(x + 4L * i) * factor;
            float f1 = OffHeap.get(x + 4L * i + 4) * factor;
            float f2 = OffHeap.get(x + 4L * i + 8) * factor;
            float f3 = OffHeap.get(x + 4L * i + 12) * factor;
            fits &= eightsOfFour(weight + i * stride, stride, f0, f1, f2, f3, out, count);
        }
        for (; i < to; i++) {
            // Four copies of the same row, three of them times zero: the sums are finite, or a NaN is found anyway.
            fits &= eightsOfFour(weight + i * stride, 0, OffHeap.get(x + 4L * i) * factor, 0, 0, 0, out, count);
        }
        return fits;
    }

    private static float factor(Matrix matrix, long x, int output, int input) {
        return OffHeap.get(x + 4L * input) * matrix.scale(output, input);
    }

    private static void one(DType dtype, long w, float factor, long out, int count) {
        for (int o = 0; o < count; o++) {
            float weight = Widen.element(dtype, w + (long) o * dtype.bytes());
            OffHeap.set(out + 4L * o, Math.fma(weight, factor, OffHeap.get(out + 4L * o)));
        }
    }

    private static void brains(long w, long stride, float f0, float f1, float f2, float f3, long out, int count) {
        var b0 = FloatVector.broadcast(FLOATS, f0);
        var b1 = FloatVector.broadcast(FLOATS, f1);
        var b2 = FloatVector.broadcast(FLOATS, f2);
        var b3 = FloatVector.broadcast(FLOATS, f3);
        for (int o = 0; o < count; o += COUNT) {
            long at = w + 2L * o;
            var sum = FloatVector.fromMemorySegment(FLOATS, ALL, out + 4L * o, LITTLE);
            sum = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(b0, sum);
            sum = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + stride, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(b1, sum);
            sum = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 2 * stride, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(b2, sum);
            sum = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 3 * stride, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(b3, sum);
            sum.intoMemorySegment(ALL, out + 4L * o, LITTLE);
        }
    }

    private static void halves(long w, long stride, float f0, float f1, float f2, float f3, long out, int count) {
        for (int o = 0; o < count; o += COUNT) {
            long at = w + 2L * o;
            var sum = Widen.halfFloats(at).fma(Lanes.all(f0), OffHeap.floats(out + 4L * o));
            sum = Widen.halfFloats(at + stride).fma(Lanes.all(f1), sum);
            sum = Widen.halfFloats(at + 2 * stride).fma(Lanes.all(f2), sum);
            OffHeap.set(out + 4L * o, Widen.halfFloats(at + 3 * stride).fma(Lanes.all(f3), sum));
        }
    }

    private static void singles(long w, long stride, float f0, float f1, float f2, float f3, long out, int count) {
        for (int o = 0; o < count; o += COUNT) {
            long at = w + 4L * o;
            var sum = OffHeap.floats(at).fma(Lanes.all(f0), OffHeap.floats(out + 4L * o));
            sum = OffHeap.floats(at + stride).fma(Lanes.all(f1), sum);
            sum = OffHeap.floats(at + 2 * stride).fma(Lanes.all(f2), sum);
            OffHeap.set(out + 4L * o, OffHeap.floats(at + 3 * stride).fma(Lanes.all(f3), sum));
        }
    }

    /**
     * The same with E4M3 weights, without correcting the bias of their exponent, see {@link Fp8}: in the end, the sums
     * are too small by a factor of 2^60.
     *
     * @return whether no weight was NaN
     */
    private static boolean eightsOfFour(
            long w, long stride, float f0, float f1, float f2, float f3, long out, int count) {
        var b0 = FloatVector.broadcast(FLOATS, f0);
        var b1 = FloatVector.broadcast(FLOATS, f1);
        var b2 = FloatVector.broadcast(FLOATS, f2);
        var b3 = FloatVector.broadcast(FLOATS, f3);
        var full = IntVector.zero(INTS);
        for (int o = 0; o < count; o += COUNT) {
            long at = w + o;
            var sum = FloatVector.fromMemorySegment(FLOATS, ALL, out + 4L * o, LITTLE);
            var v0 = (IntVector)
                    ByteVector.fromMemorySegment(Fp8.SOME, ALL, at, LITTLE).convertShape(B2I, INTS, 0);
            var v1 = (IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + stride, LITTLE)
                    .convertShape(B2I, INTS, 0);
            var v2 = (IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 2 * stride, LITTLE)
                    .convertShape(B2I, INTS, 0);
            var v3 = (IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 3 * stride, LITTLE)
                    .convertShape(B2I, INTS, 0);
            full = full.or(v0.and(0x7f).add(1))
                    .or(v1.and(0x7f).add(1))
                    .or(v2.and(0x7f).add(1))
                    .or(v3.and(0x7f).add(1));
            sum = v0.lanewise(LSHL, 20).and(Fp8.PLACED).reinterpretAsFloats().fma(b0, sum);
            sum = v1.lanewise(LSHL, 20).and(Fp8.PLACED).reinterpretAsFloats().fma(b1, sum);
            sum = v2.lanewise(LSHL, 20).and(Fp8.PLACED).reinterpretAsFloats().fma(b2, sum);
            sum = v3.lanewise(LSHL, 20).and(Fp8.PLACED).reinterpretAsFloats().fma(b3, sum);
            sum.intoMemorySegment(ALL, out + 4L * o, LITTLE);
        }
        return (full.reduceLanes(OR) & 0x80) == 0;
    }
}
