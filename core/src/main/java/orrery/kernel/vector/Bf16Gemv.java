package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The innermost loops of {@link Gemv} over one row of bfloat16 weights, for one, two and four rows of activations. See
 * {@link WideTile} for why the API is called directly.
 */
final class Bf16Gemv {
    private Bf16Gemv() {}

    static float dot(long w, long x, int length) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        var a2 = FloatVector.zero(FLOATS);
        var a3 = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= length - 4 * Lanes.COUNT; i += 4 * Lanes.COUNT) {
            long at = w + 2L * i;
            long from = x + 4L * i;
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from, LITTLE), a0);
            a1 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 2L * Lanes.COUNT, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from + 4L * Lanes.COUNT, LITTLE), a1);
            a2 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 4L * Lanes.COUNT, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from + 8L * Lanes.COUNT, LITTLE), a2);
            a3 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 6L * Lanes.COUNT, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from + 12L * Lanes.COUNT, LITTLE), a3);
        }
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            a0 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, w + 2L * i, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, x + 4L * i, LITTLE), a0);
        }
        float sum = Lanes.sum(a0.add(a1).add(a2.add(a3)));
        for (; i < length; i++) {
            sum = Math.fma(Widen.brain(w + 2L * i), OffHeap.get(x + 4L * i), sum);
        }
        return sum;
    }

    static void dot2(long w, long x0, long x1, int length, long o0, long o1) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var weight = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, w + 2L * i, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            a0 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x0 + 4L * i, LITTLE), a0);
            a1 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x1 + 4L * i, LITTLE), a1);
        }
        float s0 = Lanes.sum(a0);
        float s1 = Lanes.sum(a1);
        for (; i < length; i++) {
            float weight = Widen.brain(w + 2L * i);
            s0 = Math.fma(weight, OffHeap.get(x0 + 4L * i), s0);
            s1 = Math.fma(weight, OffHeap.get(x1 + 4L * i), s1);
        }
        OffHeap.set(o0, s0);
        OffHeap.set(o1, s1);
    }

    static void dot4(long w, long x0, long x1, long x2, long x3, int length, long o0, long o1, long o2, long o3) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        var a2 = FloatVector.zero(FLOATS);
        var a3 = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var weight = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, w + 2L * i, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            a0 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x0 + 4L * i, LITTLE), a0);
            a1 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x1 + 4L * i, LITTLE), a1);
            a2 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x2 + 4L * i, LITTLE), a2);
            a3 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x3 + 4L * i, LITTLE), a3);
        }
        float s0 = Lanes.sum(a0);
        float s1 = Lanes.sum(a1);
        float s2 = Lanes.sum(a2);
        float s3 = Lanes.sum(a3);
        for (; i < length; i++) {
            float weight = Widen.brain(w + 2L * i);
            s0 = Math.fma(weight, OffHeap.get(x0 + 4L * i), s0);
            s1 = Math.fma(weight, OffHeap.get(x1 + 4L * i), s1);
            s2 = Math.fma(weight, OffHeap.get(x2 + 4L * i), s2);
            s3 = Math.fma(weight, OffHeap.get(x3 + 4L * i), s3);
        }
        OffHeap.set(o0, s0);
        OffHeap.set(o1, s1);
        OffHeap.set(o2, s2);
        OffHeap.set(o3, s3);
    }
}
