package orrery.kernel.vector;

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
            int depth,
            boolean adding) {
        var a00 = start(c0, adding);
        var a01 = start(c0 + Lanes.BYTES, adding);
        var a10 = start(c1, adding);
        var a11 = start(c1 + Lanes.BYTES, adding);
        var a20 = start(c2, adding);
        var a21 = start(c2 + Lanes.BYTES, adding);
        var a30 = start(c3, adding);
        var a31 = start(c3 + Lanes.BYTES, adding);
        var a40 = start(c4, adding);
        var a41 = start(c4 + Lanes.BYTES, adding);
        var a50 = start(c5, adding);
        var a51 = start(c5 + Lanes.BYTES, adding);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = Memory.floats(at);
            var w1 = Memory.floats(at + Lanes.BYTES);
            var b0 = Lanes.all(Memory.get(x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            var b1 = Lanes.all(Memory.get(x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            var b2 = Lanes.all(Memory.get(x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            var b3 = Lanes.all(Memory.get(x3 + i));
            a30 = w0.fma(b3, a30);
            a31 = w1.fma(b3, a31);
            var b4 = Lanes.all(Memory.get(x4 + i));
            a40 = w0.fma(b4, a40);
            a41 = w1.fma(b4, a41);
            var b5 = Lanes.all(Memory.get(x5 + i));
            a50 = w0.fma(b5, a50);
            a51 = w1.fma(b5, a51);
            at += wStride;
            i += Float.BYTES;
        }
        Memory.set(c0, a00);
        Memory.set(c0 + Lanes.BYTES, a01);
        Memory.set(c1, a10);
        Memory.set(c1 + Lanes.BYTES, a11);
        Memory.set(c2, a20);
        Memory.set(c2 + Lanes.BYTES, a21);
        Memory.set(c3, a30);
        Memory.set(c3 + Lanes.BYTES, a31);
        Memory.set(c4, a40);
        Memory.set(c4 + Lanes.BYTES, a41);
        Memory.set(c5, a50);
        Memory.set(c5 + Lanes.BYTES, a51);
    }

    static void tile3x2(
            long x0, long x1, long x2, long c0, long c1, long c2, long w, long wStride, int depth, boolean adding) {
        var a00 = start(c0, adding);
        var a01 = start(c0 + Lanes.BYTES, adding);
        var a10 = start(c1, adding);
        var a11 = start(c1 + Lanes.BYTES, adding);
        var a20 = start(c2, adding);
        var a21 = start(c2 + Lanes.BYTES, adding);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = Memory.floats(at);
            var w1 = Memory.floats(at + Lanes.BYTES);
            var b0 = Lanes.all(Memory.get(x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            var b1 = Lanes.all(Memory.get(x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            var b2 = Lanes.all(Memory.get(x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            at += wStride;
            i += Float.BYTES;
        }
        Memory.set(c0, a00);
        Memory.set(c0 + Lanes.BYTES, a01);
        Memory.set(c1, a10);
        Memory.set(c1 + Lanes.BYTES, a11);
        Memory.set(c2, a20);
        Memory.set(c2 + Lanes.BYTES, a21);
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
            int depth,
            boolean adding) {
        var a00 = start(c0, adding);
        var a10 = start(c1, adding);
        var a20 = start(c2, adding);
        var a30 = start(c3, adding);
        var a40 = start(c4, adding);
        var a50 = start(c5, adding);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = Memory.floats(at);
            var b0 = Lanes.all(Memory.get(x0 + i));
            a00 = w0.fma(b0, a00);
            var b1 = Lanes.all(Memory.get(x1 + i));
            a10 = w0.fma(b1, a10);
            var b2 = Lanes.all(Memory.get(x2 + i));
            a20 = w0.fma(b2, a20);
            var b3 = Lanes.all(Memory.get(x3 + i));
            a30 = w0.fma(b3, a30);
            var b4 = Lanes.all(Memory.get(x4 + i));
            a40 = w0.fma(b4, a40);
            var b5 = Lanes.all(Memory.get(x5 + i));
            a50 = w0.fma(b5, a50);
            at += wStride;
            i += Float.BYTES;
        }
        Memory.set(c0, a00);
        Memory.set(c1, a10);
        Memory.set(c2, a20);
        Memory.set(c3, a30);
        Memory.set(c4, a40);
        Memory.set(c5, a50);
    }

    static void tile3x1(
            long x0, long x1, long x2, long c0, long c1, long c2, long w, long wStride, int depth, boolean adding) {
        var a00 = start(c0, adding);
        var a10 = start(c1, adding);
        var a20 = start(c2, adding);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = Memory.floats(at);
            var b0 = Lanes.all(Memory.get(x0 + i));
            a00 = w0.fma(b0, a00);
            var b1 = Lanes.all(Memory.get(x1 + i));
            a10 = w0.fma(b1, a10);
            var b2 = Lanes.all(Memory.get(x2 + i));
            a20 = w0.fma(b2, a20);
            at += wStride;
            i += Float.BYTES;
        }
        Memory.set(c0, a00);
        Memory.set(c1, a10);
        Memory.set(c2, a20);
    }

    private static FloatVector start(long address, boolean adding) {
        return adding ? Memory.floats(address) : Lanes.zero();
    }
}
