package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.FLOAT;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of {@link Tile}, four vectors wide. Each accumulator is a variable of its own, because C2 keeps no array of vectors
 * in registers; hence the length. And the API is called directly: a method this long uses up what C2 is willing to inline, after which the
 * API's own methods still are, but {@link Memory}'s would be calls, and every vector an object (3 % of the peak instead of most of it).
 */
final class WideTile {
    private WideTile() {}

    static void tile6x4(
            long x0,
            long x1,
            long x2,
            long x3,
            long x4,
            long x5,
            long c0,
            long c1,
            long c2,
            long c3,
            long c4,
            long c5,
            long w,
            long wStride,
            int depth) {
        var a00 = FloatVector.fromMemorySegment(FLOATS, ALL, c0, LITTLE);
        var a01 = FloatVector.fromMemorySegment(FLOATS, ALL, c0 + BYTES, LITTLE);
        var a02 = FloatVector.fromMemorySegment(FLOATS, ALL, c0 + 2 * BYTES, LITTLE);
        var a03 = FloatVector.fromMemorySegment(FLOATS, ALL, c0 + 3 * BYTES, LITTLE);
        var a10 = FloatVector.fromMemorySegment(FLOATS, ALL, c1, LITTLE);
        var a11 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + BYTES, LITTLE);
        var a12 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + 2 * BYTES, LITTLE);
        var a13 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + 3 * BYTES, LITTLE);
        var a20 = FloatVector.fromMemorySegment(FLOATS, ALL, c2, LITTLE);
        var a21 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + BYTES, LITTLE);
        var a22 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + 2 * BYTES, LITTLE);
        var a23 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + 3 * BYTES, LITTLE);
        var a30 = FloatVector.fromMemorySegment(FLOATS, ALL, c3, LITTLE);
        var a31 = FloatVector.fromMemorySegment(FLOATS, ALL, c3 + BYTES, LITTLE);
        var a32 = FloatVector.fromMemorySegment(FLOATS, ALL, c3 + 2 * BYTES, LITTLE);
        var a33 = FloatVector.fromMemorySegment(FLOATS, ALL, c3 + 3 * BYTES, LITTLE);
        var a40 = FloatVector.fromMemorySegment(FLOATS, ALL, c4, LITTLE);
        var a41 = FloatVector.fromMemorySegment(FLOATS, ALL, c4 + BYTES, LITTLE);
        var a42 = FloatVector.fromMemorySegment(FLOATS, ALL, c4 + 2 * BYTES, LITTLE);
        var a43 = FloatVector.fromMemorySegment(FLOATS, ALL, c4 + 3 * BYTES, LITTLE);
        var a50 = FloatVector.fromMemorySegment(FLOATS, ALL, c5, LITTLE);
        var a51 = FloatVector.fromMemorySegment(FLOATS, ALL, c5 + BYTES, LITTLE);
        var a52 = FloatVector.fromMemorySegment(FLOATS, ALL, c5 + 2 * BYTES, LITTLE);
        var a53 = FloatVector.fromMemorySegment(FLOATS, ALL, c5 + 3 * BYTES, LITTLE);
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
        a00.intoMemorySegment(ALL, c0, LITTLE);
        a01.intoMemorySegment(ALL, c0 + BYTES, LITTLE);
        a02.intoMemorySegment(ALL, c0 + 2 * BYTES, LITTLE);
        a03.intoMemorySegment(ALL, c0 + 3 * BYTES, LITTLE);
        a10.intoMemorySegment(ALL, c1, LITTLE);
        a11.intoMemorySegment(ALL, c1 + BYTES, LITTLE);
        a12.intoMemorySegment(ALL, c1 + 2 * BYTES, LITTLE);
        a13.intoMemorySegment(ALL, c1 + 3 * BYTES, LITTLE);
        a20.intoMemorySegment(ALL, c2, LITTLE);
        a21.intoMemorySegment(ALL, c2 + BYTES, LITTLE);
        a22.intoMemorySegment(ALL, c2 + 2 * BYTES, LITTLE);
        a23.intoMemorySegment(ALL, c2 + 3 * BYTES, LITTLE);
        a30.intoMemorySegment(ALL, c3, LITTLE);
        a31.intoMemorySegment(ALL, c3 + BYTES, LITTLE);
        a32.intoMemorySegment(ALL, c3 + 2 * BYTES, LITTLE);
        a33.intoMemorySegment(ALL, c3 + 3 * BYTES, LITTLE);
        a40.intoMemorySegment(ALL, c4, LITTLE);
        a41.intoMemorySegment(ALL, c4 + BYTES, LITTLE);
        a42.intoMemorySegment(ALL, c4 + 2 * BYTES, LITTLE);
        a43.intoMemorySegment(ALL, c4 + 3 * BYTES, LITTLE);
        a50.intoMemorySegment(ALL, c5, LITTLE);
        a51.intoMemorySegment(ALL, c5 + BYTES, LITTLE);
        a52.intoMemorySegment(ALL, c5 + 2 * BYTES, LITTLE);
        a53.intoMemorySegment(ALL, c5 + 3 * BYTES, LITTLE);
    }

    static void tile3x4(long x0, long x1, long x2, long c0, long c1, long c2, long w, long wStride, int depth) {
        var a00 = FloatVector.fromMemorySegment(FLOATS, ALL, c0, LITTLE);
        var a01 = FloatVector.fromMemorySegment(FLOATS, ALL, c0 + BYTES, LITTLE);
        var a02 = FloatVector.fromMemorySegment(FLOATS, ALL, c0 + 2 * BYTES, LITTLE);
        var a03 = FloatVector.fromMemorySegment(FLOATS, ALL, c0 + 3 * BYTES, LITTLE);
        var a10 = FloatVector.fromMemorySegment(FLOATS, ALL, c1, LITTLE);
        var a11 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + BYTES, LITTLE);
        var a12 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + 2 * BYTES, LITTLE);
        var a13 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + 3 * BYTES, LITTLE);
        var a20 = FloatVector.fromMemorySegment(FLOATS, ALL, c2, LITTLE);
        var a21 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + BYTES, LITTLE);
        var a22 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + 2 * BYTES, LITTLE);
        var a23 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + 3 * BYTES, LITTLE);
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
        a00.intoMemorySegment(ALL, c0, LITTLE);
        a01.intoMemorySegment(ALL, c0 + BYTES, LITTLE);
        a02.intoMemorySegment(ALL, c0 + 2 * BYTES, LITTLE);
        a03.intoMemorySegment(ALL, c0 + 3 * BYTES, LITTLE);
        a10.intoMemorySegment(ALL, c1, LITTLE);
        a11.intoMemorySegment(ALL, c1 + BYTES, LITTLE);
        a12.intoMemorySegment(ALL, c1 + 2 * BYTES, LITTLE);
        a13.intoMemorySegment(ALL, c1 + 3 * BYTES, LITTLE);
        a20.intoMemorySegment(ALL, c2, LITTLE);
        a21.intoMemorySegment(ALL, c2 + BYTES, LITTLE);
        a22.intoMemorySegment(ALL, c2 + 2 * BYTES, LITTLE);
        a23.intoMemorySegment(ALL, c2 + 3 * BYTES, LITTLE);
    }
}
