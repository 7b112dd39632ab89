package orrery.kernel.vector;

import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.FLOAT;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of {@link Tile}, for one and two vectors per row. See {@link WideTile} for why they are unrolled.
 */
final class NarrowTile {
    private NarrowTile() {}

    static void tile6x2(
            long x0, long x1, long x2, long x3, long x4, long x5, long w, long wStride, int depth, float[] sums) {
        var a00 = FloatVector.zero(FLOATS);
        var a01 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a11 = FloatVector.zero(FLOATS);
        var a20 = FloatVector.zero(FLOATS);
        var a21 = FloatVector.zero(FLOATS);
        var a30 = FloatVector.zero(FLOATS);
        var a31 = FloatVector.zero(FLOATS);
        var a40 = FloatVector.zero(FLOATS);
        var a41 = FloatVector.zero(FLOATS);
        var a50 = FloatVector.zero(FLOATS);
        var a51 = FloatVector.zero(FLOATS);
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
        a00.intoArray(sums, 0 * COUNT);
        a01.intoArray(sums, 1 * COUNT);
        a10.intoArray(sums, 2 * COUNT);
        a11.intoArray(sums, 3 * COUNT);
        a20.intoArray(sums, 4 * COUNT);
        a21.intoArray(sums, 5 * COUNT);
        a30.intoArray(sums, 6 * COUNT);
        a31.intoArray(sums, 7 * COUNT);
        a40.intoArray(sums, 8 * COUNT);
        a41.intoArray(sums, 9 * COUNT);
        a50.intoArray(sums, 10 * COUNT);
        a51.intoArray(sums, 11 * COUNT);
    }

    static void tile3x2(long x0, long x1, long x2, long w, long wStride, int depth, float[] sums) {
        var a00 = FloatVector.zero(FLOATS);
        var a01 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a11 = FloatVector.zero(FLOATS);
        var a20 = FloatVector.zero(FLOATS);
        var a21 = FloatVector.zero(FLOATS);
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
        a00.intoArray(sums, 0 * COUNT);
        a01.intoArray(sums, 1 * COUNT);
        a10.intoArray(sums, 2 * COUNT);
        a11.intoArray(sums, 3 * COUNT);
        a20.intoArray(sums, 4 * COUNT);
        a21.intoArray(sums, 5 * COUNT);
    }

    static void tile6x1(
            long x0, long x1, long x2, long x3, long x4, long x5, long w, long wStride, int depth, float[] sums) {
        var a00 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a20 = FloatVector.zero(FLOATS);
        var a30 = FloatVector.zero(FLOATS);
        var a40 = FloatVector.zero(FLOATS);
        var a50 = FloatVector.zero(FLOATS);
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
        a00.intoArray(sums, 0 * COUNT);
        a10.intoArray(sums, 1 * COUNT);
        a20.intoArray(sums, 2 * COUNT);
        a30.intoArray(sums, 3 * COUNT);
        a40.intoArray(sums, 4 * COUNT);
        a50.intoArray(sums, 5 * COUNT);
    }

    static void tile3x1(long x0, long x1, long x2, long w, long wStride, int depth, float[] sums) {
        var a00 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a20 = FloatVector.zero(FLOATS);
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
        a00.intoArray(sums, 0 * COUNT);
        a10.intoArray(sums, 1 * COUNT);
        a20.intoArray(sums, 2 * COUNT);
    }
}
