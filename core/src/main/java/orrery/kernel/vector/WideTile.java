package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.FLOAT;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of {@link Tile}, four vectors wide, which write sums row by row to {@code sums}. Each accumulator
 * is a separate variable, because C2 does not keep an array of vectors in registers; hence the length, and three traps
 * that cost a factor of thirty each:
 * <ul>
 *   <li>The API is called directly. A method this long uses up C2's inlining budget. After that, the API's own methods
 *       are still inlined, but {@link OffHeap}'s would be calls, and every vector an object.
 *   <li>Accumulators start at zero and end in an array. If they were loaded from and stored to a memory segment, the
 *       method would be too big for C1 ("out of virtual registers"), which then never passes it to C2.
 *   <li>No accumulator may start as one of two vectors: C2 would keep it as an object.
 * </ul>
 */
final class WideTile {
    private WideTile() {}

    static void tile6x4(
            long x0, long x1, long x2, long x3, long x4, long x5, long w, long wStride, int depth, float[] sums) {
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
        var a40 = FloatVector.zero(FLOATS);
        var a41 = FloatVector.zero(FLOATS);
        var a42 = FloatVector.zero(FLOATS);
        var a43 = FloatVector.zero(FLOATS);
        var a50 = FloatVector.zero(FLOATS);
        var a51 = FloatVector.zero(FLOATS);
        var a52 = FloatVector.zero(FLOATS);
        var a53 = FloatVector.zero(FLOATS);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var w1 = FloatVector.fromMemorySegment(FLOATS, ALL, at + BYTES, LITTLE);
            var w2 = FloatVector.fromMemorySegment(FLOATS, ALL, at + 2 * BYTES, LITTLE);
            var w3 = FloatVector.fromMemorySegment(FLOATS, ALL, at + 3 * BYTES, LITTLE);
            var b0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            a02 = w2.fma(b0, a02);
            a03 = w3.fma(b0, a03);
            var b1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            a12 = w2.fma(b1, a12);
            a13 = w3.fma(b1, a13);
            var b2 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            a22 = w2.fma(b2, a22);
            a23 = w3.fma(b2, a23);
            var b3 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x3 + i));
            a30 = w0.fma(b3, a30);
            a31 = w1.fma(b3, a31);
            a32 = w2.fma(b3, a32);
            a33 = w3.fma(b3, a33);
            var b4 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x4 + i));
            a40 = w0.fma(b4, a40);
            a41 = w1.fma(b4, a41);
            a42 = w2.fma(b4, a42);
            a43 = w3.fma(b4, a43);
            var b5 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x5 + i));
            a50 = w0.fma(b5, a50);
            a51 = w1.fma(b5, a51);
            a52 = w2.fma(b5, a52);
            a53 = w3.fma(b5, a53);
            at += wStride;
            i += Float.BYTES;
        }
        a00.intoArray(sums, 0 * COUNT);
        a01.intoArray(sums, 1 * COUNT);
        a02.intoArray(sums, 2 * COUNT);
        a03.intoArray(sums, 3 * COUNT);
        a10.intoArray(sums, 4 * COUNT);
        a11.intoArray(sums, 5 * COUNT);
        a12.intoArray(sums, 6 * COUNT);
        a13.intoArray(sums, 7 * COUNT);
        a20.intoArray(sums, 8 * COUNT);
        a21.intoArray(sums, 9 * COUNT);
        a22.intoArray(sums, 10 * COUNT);
        a23.intoArray(sums, 11 * COUNT);
        a30.intoArray(sums, 12 * COUNT);
        a31.intoArray(sums, 13 * COUNT);
        a32.intoArray(sums, 14 * COUNT);
        a33.intoArray(sums, 15 * COUNT);
        a40.intoArray(sums, 16 * COUNT);
        a41.intoArray(sums, 17 * COUNT);
        a42.intoArray(sums, 18 * COUNT);
        a43.intoArray(sums, 19 * COUNT);
        a50.intoArray(sums, 20 * COUNT);
        a51.intoArray(sums, 21 * COUNT);
        a52.intoArray(sums, 22 * COUNT);
        a53.intoArray(sums, 23 * COUNT);
    }

    static void tile4x4(long x0, long x1, long x2, long x3, long w, long wStride, int depth, float[] sums) {
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
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var w1 = FloatVector.fromMemorySegment(FLOATS, ALL, at + BYTES, LITTLE);
            var w2 = FloatVector.fromMemorySegment(FLOATS, ALL, at + 2 * BYTES, LITTLE);
            var w3 = FloatVector.fromMemorySegment(FLOATS, ALL, at + 3 * BYTES, LITTLE);
            var b0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            a02 = w2.fma(b0, a02);
            a03 = w3.fma(b0, a03);
            var b1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            a12 = w2.fma(b1, a12);
            a13 = w3.fma(b1, a13);
            var b2 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            a22 = w2.fma(b2, a22);
            a23 = w3.fma(b2, a23);
            var b3 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x3 + i));
            a30 = w0.fma(b3, a30);
            a31 = w1.fma(b3, a31);
            a32 = w2.fma(b3, a32);
            a33 = w3.fma(b3, a33);
            at += wStride;
            i += Float.BYTES;
        }
        a00.intoArray(sums, 0 * COUNT);
        a01.intoArray(sums, 1 * COUNT);
        a02.intoArray(sums, 2 * COUNT);
        a03.intoArray(sums, 3 * COUNT);
        a10.intoArray(sums, 4 * COUNT);
        a11.intoArray(sums, 5 * COUNT);
        a12.intoArray(sums, 6 * COUNT);
        a13.intoArray(sums, 7 * COUNT);
        a20.intoArray(sums, 8 * COUNT);
        a21.intoArray(sums, 9 * COUNT);
        a22.intoArray(sums, 10 * COUNT);
        a23.intoArray(sums, 11 * COUNT);
        a30.intoArray(sums, 12 * COUNT);
        a31.intoArray(sums, 13 * COUNT);
        a32.intoArray(sums, 14 * COUNT);
        a33.intoArray(sums, 15 * COUNT);
    }

    static void tile3x4(long x0, long x1, long x2, long w, long wStride, int depth, float[] sums) {
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
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var w1 = FloatVector.fromMemorySegment(FLOATS, ALL, at + BYTES, LITTLE);
            var w2 = FloatVector.fromMemorySegment(FLOATS, ALL, at + 2 * BYTES, LITTLE);
            var w3 = FloatVector.fromMemorySegment(FLOATS, ALL, at + 3 * BYTES, LITTLE);
            var b0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            a02 = w2.fma(b0, a02);
            a03 = w3.fma(b0, a03);
            var b1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            a12 = w2.fma(b1, a12);
            a13 = w3.fma(b1, a13);
            var b2 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            a22 = w2.fma(b2, a22);
            a23 = w3.fma(b2, a23);
            at += wStride;
            i += Float.BYTES;
        }
        a00.intoArray(sums, 0 * COUNT);
        a01.intoArray(sums, 1 * COUNT);
        a02.intoArray(sums, 2 * COUNT);
        a03.intoArray(sums, 3 * COUNT);
        a10.intoArray(sums, 4 * COUNT);
        a11.intoArray(sums, 5 * COUNT);
        a12.intoArray(sums, 6 * COUNT);
        a13.intoArray(sums, 7 * COUNT);
        a20.intoArray(sums, 8 * COUNT);
        a21.intoArray(sums, 9 * COUNT);
        a22.intoArray(sums, 10 * COUNT);
        a23.intoArray(sums, 11 * COUNT);
    }
}
