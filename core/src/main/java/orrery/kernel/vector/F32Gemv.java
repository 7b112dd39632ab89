package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of {@link Gemv} over one row of float weights, for one, two and four rows of activations. See
 * {@link WideTile} for why the API is called directly.
 */
final class F32Gemv {
    private F32Gemv() {}

    // Two sums and one increasing address: with an int that counts elements, C2's loop read half as much per second.
    static float dot(long w, long x, int length) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        long delta = x - w;
        int whole = length / (2 * Lanes.COUNT) * (2 * Lanes.COUNT);
        long end = w + 4L * whole;
        for (long at = w; at < end; at += 2 * BYTES) {
            a0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE)
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, at + delta, LITTLE), a0);
            a1 = FloatVector.fromMemorySegment(FLOATS, ALL, at + BYTES, LITTLE)
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, at + BYTES + delta, LITTLE), a1);
        }
        int i = whole;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            a0 = FloatVector.fromMemorySegment(FLOATS, ALL, w + 4L * i, LITTLE)
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, x + 4L * i, LITTLE), a0);
        }
        float sum = Lanes.sum(a0.add(a1));
        for (; i < length; i++) {
            sum = Math.fma(OffHeap.get(w + 4L * i), OffHeap.get(x + 4L * i), sum);
        }
        return sum;
    }

    static void dot2(long w, long x0, long x1, int length, long o0, long o1) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            var weight = FloatVector.fromMemorySegment(FLOATS, ALL, w + 4L * i, LITTLE);
            a0 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x0 + 4L * i, LITTLE), a0);
            a1 = weight.fma(FloatVector.fromMemorySegment(FLOATS, ALL, x1 + 4L * i, LITTLE), a1);
        }
        float s0 = Lanes.sum(a0);
        float s1 = Lanes.sum(a1);
        for (; i < length; i++) {
            float weight = OffHeap.get(w + 4L * i);
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
            var weight = FloatVector.fromMemorySegment(FLOATS, ALL, w + 4L * i, LITTLE);
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
            float weight = OffHeap.get(w + 4L * i);
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
