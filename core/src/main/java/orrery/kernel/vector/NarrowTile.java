package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.FLOAT;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.FloatVector;

/** The innermost loops of {@link Tile}, two vectors wide and one. See {@link WideTile} for why they are written out. */
final class NarrowTile {
    private NarrowTile() {}

    static void tile6x2(
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
        var a10 = FloatVector.fromMemorySegment(FLOATS, ALL, c1, LITTLE);
        var a11 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + BYTES, LITTLE);
        var a20 = FloatVector.fromMemorySegment(FLOATS, ALL, c2, LITTLE);
        var a21 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + BYTES, LITTLE);
        var a30 = FloatVector.fromMemorySegment(FLOATS, ALL, c3, LITTLE);
        var a31 = FloatVector.fromMemorySegment(FLOATS, ALL, c3 + BYTES, LITTLE);
        var a40 = FloatVector.fromMemorySegment(FLOATS, ALL, c4, LITTLE);
        var a41 = FloatVector.fromMemorySegment(FLOATS, ALL, c4 + BYTES, LITTLE);
        var a50 = FloatVector.fromMemorySegment(FLOATS, ALL, c5, LITTLE);
        var a51 = FloatVector.fromMemorySegment(FLOATS, ALL, c5 + BYTES, LITTLE);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var w1 = FloatVector.fromMemorySegment(FLOATS, ALL, at + BYTES, LITTLE);
            var b0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            var b1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            var b2 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            var b3 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x3 + i));
            a30 = w0.fma(b3, a30);
            a31 = w1.fma(b3, a31);
            var b4 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x4 + i));
            a40 = w0.fma(b4, a40);
            a41 = w1.fma(b4, a41);
            var b5 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x5 + i));
            a50 = w0.fma(b5, a50);
            a51 = w1.fma(b5, a51);
            at += wStride;
            i += Float.BYTES;
        }
        a00.intoMemorySegment(ALL, c0, LITTLE);
        a01.intoMemorySegment(ALL, c0 + BYTES, LITTLE);
        a10.intoMemorySegment(ALL, c1, LITTLE);
        a11.intoMemorySegment(ALL, c1 + BYTES, LITTLE);
        a20.intoMemorySegment(ALL, c2, LITTLE);
        a21.intoMemorySegment(ALL, c2 + BYTES, LITTLE);
        a30.intoMemorySegment(ALL, c3, LITTLE);
        a31.intoMemorySegment(ALL, c3 + BYTES, LITTLE);
        a40.intoMemorySegment(ALL, c4, LITTLE);
        a41.intoMemorySegment(ALL, c4 + BYTES, LITTLE);
        a50.intoMemorySegment(ALL, c5, LITTLE);
        a51.intoMemorySegment(ALL, c5 + BYTES, LITTLE);
    }

    static void tile3x2(long x0, long x1, long x2, long c0, long c1, long c2, long w, long wStride, int depth) {
        var a00 = FloatVector.fromMemorySegment(FLOATS, ALL, c0, LITTLE);
        var a01 = FloatVector.fromMemorySegment(FLOATS, ALL, c0 + BYTES, LITTLE);
        var a10 = FloatVector.fromMemorySegment(FLOATS, ALL, c1, LITTLE);
        var a11 = FloatVector.fromMemorySegment(FLOATS, ALL, c1 + BYTES, LITTLE);
        var a20 = FloatVector.fromMemorySegment(FLOATS, ALL, c2, LITTLE);
        var a21 = FloatVector.fromMemorySegment(FLOATS, ALL, c2 + BYTES, LITTLE);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var w1 = FloatVector.fromMemorySegment(FLOATS, ALL, at + BYTES, LITTLE);
            var b0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            var b1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            var b2 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            at += wStride;
            i += Float.BYTES;
        }
        a00.intoMemorySegment(ALL, c0, LITTLE);
        a01.intoMemorySegment(ALL, c0 + BYTES, LITTLE);
        a10.intoMemorySegment(ALL, c1, LITTLE);
        a11.intoMemorySegment(ALL, c1 + BYTES, LITTLE);
        a20.intoMemorySegment(ALL, c2, LITTLE);
        a21.intoMemorySegment(ALL, c2 + BYTES, LITTLE);
    }

    static void tile6x1(
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
        var a10 = FloatVector.fromMemorySegment(FLOATS, ALL, c1, LITTLE);
        var a20 = FloatVector.fromMemorySegment(FLOATS, ALL, c2, LITTLE);
        var a30 = FloatVector.fromMemorySegment(FLOATS, ALL, c3, LITTLE);
        var a40 = FloatVector.fromMemorySegment(FLOATS, ALL, c4, LITTLE);
        var a50 = FloatVector.fromMemorySegment(FLOATS, ALL, c5, LITTLE);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var b0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x0 + i));
            a00 = w0.fma(b0, a00);
            var b1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x1 + i));
            a10 = w0.fma(b1, a10);
            var b2 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x2 + i));
            a20 = w0.fma(b2, a20);
            var b3 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x3 + i));
            a30 = w0.fma(b3, a30);
            var b4 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x4 + i));
            a40 = w0.fma(b4, a40);
            var b5 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x5 + i));
            a50 = w0.fma(b5, a50);
            at += wStride;
            i += Float.BYTES;
        }
        a00.intoMemorySegment(ALL, c0, LITTLE);
        a10.intoMemorySegment(ALL, c1, LITTLE);
        a20.intoMemorySegment(ALL, c2, LITTLE);
        a30.intoMemorySegment(ALL, c3, LITTLE);
        a40.intoMemorySegment(ALL, c4, LITTLE);
        a50.intoMemorySegment(ALL, c5, LITTLE);
    }

    static void tile3x1(long x0, long x1, long x2, long c0, long c1, long c2, long w, long wStride, int depth) {
        var a00 = FloatVector.fromMemorySegment(FLOATS, ALL, c0, LITTLE);
        var a10 = FloatVector.fromMemorySegment(FLOATS, ALL, c1, LITTLE);
        var a20 = FloatVector.fromMemorySegment(FLOATS, ALL, c2, LITTLE);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var b0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x0 + i));
            a00 = w0.fma(b0, a00);
            var b1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x1 + i));
            a10 = w0.fma(b1, a10);
            var b2 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, x2 + i));
            a20 = w0.fma(b2, a20);
            at += wStride;
            i += Float.BYTES;
        }
        a00.intoMemorySegment(ALL, c0, LITTLE);
        a10.intoMemorySegment(ALL, c1, LITTLE);
        a20.intoMemorySegment(ALL, c2, LITTLE);
    }
}
