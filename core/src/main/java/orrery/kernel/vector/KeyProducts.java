package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Scores of a few queries: keys are read where they lie, once, along their elements, and the lanes of as many sums as there are lanes are
 * added up together. For many queries it pays to turn keys into columns first, see {@link PagedAttention}. Calls the API directly, see {@link WideTile}.
 */
final class KeyProducts {
    private static final int BLOCK = 4;

    /** Bytes of scratch. */
    static final long SCRATCH = BLOCK * COUNT * BYTES;

    private KeyProducts() {}

    /**
     * {@code scores[q, j] = query[q] . keys[j]}.
     *
     * @param keys addresses, {@code count} of them, a multiple of {@link Lanes#COUNT}
     * @param size elements of a key, a multiple of {@link Lanes#COUNT}
     * @param scoresStride bytes from one query's scores to the next one's
     */
    static void scores(
            long[] keys, int count, long query, int queries, int size, long scores, long scoresStride, long scratch) {
        for (int j = 0; j < count; j += COUNT) {
            for (int q = 0; q < queries; ) {
                int left = queries - q;
                long first = query + 4L * q * size;
                int taken = left < 3 ? 1 : Math.min(BLOCK, left);
                long last = first + 4L * (taken - 1) * size;
                for (int p = 0; p < COUNT; p += BLOCK) {
                    long to = scratch + p * BYTES;
                    if (taken == 1) {
                        one(keys[j + p], keys[j + p + 1], keys[j + p + 2], keys[j + p + 3], first, size, to);
                    } else {
                        // Where there are three queries the last one stands in for the fourth.
                        long second = first + 4L * size;
                        four(
                                keys[j + p],
                                keys[j + p + 1],
                                keys[j + p + 2],
                                keys[j + p + 3],
                                first,
                                second,
                                second + 4L * size,
                                last,
                                size,
                                to);
                    }
                }
                for (int i = 0; i < taken; i++) {
                    addLanes(scratch + i * COUNT * BYTES, scores + (q + i) * scoresStride + 4L * j);
                }
                q += taken;
            }
        }
    }

    // Four keys side by side: one after another was a third slower from the caches, and no faster from memory.
    private static void one(long k0, long k1, long k2, long k3, long query, int size, long to) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        var a2 = FloatVector.zero(FLOATS);
        var a3 = FloatVector.zero(FLOATS);
        long i = 0;
        for (int left = size; left > 0; left -= COUNT) {
            var q = FloatVector.fromMemorySegment(FLOATS, ALL, query + i, LITTLE);
            a0 = q.fma(FloatVector.fromMemorySegment(FLOATS, ALL, k0 + i, LITTLE), a0);
            a1 = q.fma(FloatVector.fromMemorySegment(FLOATS, ALL, k1 + i, LITTLE), a1);
            a2 = q.fma(FloatVector.fromMemorySegment(FLOATS, ALL, k2 + i, LITTLE), a2);
            a3 = q.fma(FloatVector.fromMemorySegment(FLOATS, ALL, k3 + i, LITTLE), a3);
            i += BYTES;
        }
        a0.intoMemorySegment(ALL, to, LITTLE);
        a1.intoMemorySegment(ALL, to + BYTES, LITTLE);
        a2.intoMemorySegment(ALL, to + 2 * BYTES, LITTLE);
        a3.intoMemorySegment(ALL, to + 3 * BYTES, LITTLE);
    }

    private static void four(
            long k0, long k1, long k2, long k3, long q0, long q1, long q2, long q3, int size, long to) {
        var a00 = FloatVector.zero(FLOATS);
        var a01 = FloatVector.zero(FLOATS);
        var a02 = FloatVector.zero(FLOATS);
        var a03 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a11 = FloatVector.zero(FLOATS);
        var a12 = FloatVector.zero(FLOATS);
        var a13 = FloatVector.zero(FLOATS);
        var a20 = FloatVector.zero(FLOATS);
        var a21 = FloatVector.zero(FLOATS);
        var a22 = FloatVector.zero(FLOATS);
        var a23 = FloatVector.zero(FLOATS);
        var a30 = FloatVector.zero(FLOATS);
        var a31 = FloatVector.zero(FLOATS);
        var a32 = FloatVector.zero(FLOATS);
        var a33 = FloatVector.zero(FLOATS);
        long i = 0;
        for (int left = size; left > 0; left -= COUNT) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, k0 + i, LITTLE);
            var w1 = FloatVector.fromMemorySegment(FLOATS, ALL, k1 + i, LITTLE);
            var w2 = FloatVector.fromMemorySegment(FLOATS, ALL, k2 + i, LITTLE);
            var w3 = FloatVector.fromMemorySegment(FLOATS, ALL, k3 + i, LITTLE);
            var b0 = FloatVector.fromMemorySegment(FLOATS, ALL, q0 + i, LITTLE);
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            a02 = w2.fma(b0, a02);
            a03 = w3.fma(b0, a03);
            var b1 = FloatVector.fromMemorySegment(FLOATS, ALL, q1 + i, LITTLE);
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            a12 = w2.fma(b1, a12);
            a13 = w3.fma(b1, a13);
            var b2 = FloatVector.fromMemorySegment(FLOATS, ALL, q2 + i, LITTLE);
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            a22 = w2.fma(b2, a22);
            a23 = w3.fma(b2, a23);
            var b3 = FloatVector.fromMemorySegment(FLOATS, ALL, q3 + i, LITTLE);
            a30 = w0.fma(b3, a30);
            a31 = w1.fma(b3, a31);
            a32 = w2.fma(b3, a32);
            a33 = w3.fma(b3, a33);
            i += BYTES;
        }
        long row0 = to;
        a00.intoMemorySegment(ALL, row0, LITTLE);
        a01.intoMemorySegment(ALL, row0 + 1 * BYTES, LITTLE);
        a02.intoMemorySegment(ALL, row0 + 2 * BYTES, LITTLE);
        a03.intoMemorySegment(ALL, row0 + 3 * BYTES, LITTLE);
        long row1 = to + 1 * COUNT * BYTES;
        a10.intoMemorySegment(ALL, row1, LITTLE);
        a11.intoMemorySegment(ALL, row1 + 1 * BYTES, LITTLE);
        a12.intoMemorySegment(ALL, row1 + 2 * BYTES, LITTLE);
        a13.intoMemorySegment(ALL, row1 + 3 * BYTES, LITTLE);
        long row2 = to + 2 * COUNT * BYTES;
        a20.intoMemorySegment(ALL, row2, LITTLE);
        a21.intoMemorySegment(ALL, row2 + 1 * BYTES, LITTLE);
        a22.intoMemorySegment(ALL, row2 + 2 * BYTES, LITTLE);
        a23.intoMemorySegment(ALL, row2 + 3 * BYTES, LITTLE);
        long row3 = to + 3 * COUNT * BYTES;
        a30.intoMemorySegment(ALL, row3, LITTLE);
        a31.intoMemorySegment(ALL, row3 + 1 * BYTES, LITTLE);
        a32.intoMemorySegment(ALL, row3 + 2 * BYTES, LITTLE);
        a33.intoMemorySegment(ALL, row3 + 3 * BYTES, LITTLE);
    }

    /** {@code to[j] = the sum of the lanes of from[j]}, for as many vectors as there are lanes. */
    static void addLanes(long from, long to) {
        long step = COUNT / 4 * BYTES;
        for (long at = from; at < from + step; at += BYTES) {
            var a = IntVector.fromMemorySegment(INTS, ALL, at, LITTLE);
            var b = IntVector.fromMemorySegment(INTS, ALL, at + step, LITTLE);
            var c = IntVector.fromMemorySegment(INTS, ALL, at + 2 * step, LITTLE);
            var d = IntVector.fromMemorySegment(INTS, ALL, at + 3 * step, LITTLE);
            var ac = Transpose.LOWER_HALF
                    .selectFrom(a, c)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_HALF.selectFrom(a, c).reinterpretAsFloats())
                    .reinterpretAsInts();
            var bd = Transpose.LOWER_HALF
                    .selectFrom(b, d)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_HALF.selectFrom(b, d).reinterpretAsFloats())
                    .reinterpretAsInts();
            Transpose.LOWER_QUARTER
                    .selectFrom(ac, bd)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_QUARTER.selectFrom(ac, bd).reinterpretAsFloats())
                    .intoMemorySegment(ALL, COUNT == 4 ? to : at, LITTLE);
        }
        if (COUNT == 16) {
            var a = IntVector.fromMemorySegment(INTS, ALL, from, LITTLE);
            var b = IntVector.fromMemorySegment(INTS, ALL, from + BYTES, LITTLE);
            var c = IntVector.fromMemorySegment(INTS, ALL, from + 2 * BYTES, LITTLE);
            var d = IntVector.fromMemorySegment(INTS, ALL, from + 3 * BYTES, LITTLE);
            var ac = Transpose.LOWER_PAIR
                    .selectFrom(a, c)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_PAIR.selectFrom(a, c).reinterpretAsFloats())
                    .reinterpretAsInts();
            var bd = Transpose.LOWER_PAIR
                    .selectFrom(b, d)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_PAIR.selectFrom(b, d).reinterpretAsFloats())
                    .reinterpretAsInts();
            Transpose.LOWER_ONE
                    .selectFrom(ac, bd)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_ONE.selectFrom(ac, bd).reinterpretAsFloats())
                    .intoMemorySegment(ALL, to, LITTLE);
        } else if (COUNT == 8) {
            var a = IntVector.fromMemorySegment(INTS, ALL, from, LITTLE);
            var b = IntVector.fromMemorySegment(INTS, ALL, from + BYTES, LITTLE);
            Transpose.LOWER_ONE
                    .selectFrom(a, b)
                    .reinterpretAsFloats()
                    .add(Transpose.UPPER_ONE.selectFrom(a, b).reinterpretAsFloats())
                    .intoMemorySegment(ALL, to, LITTLE);
        }
    }
}
