package orrery.kernel.vector;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of {@link Tile}, four vectors wide. Each accumulator is a variable of its own, because C2 keeps no array of vectors
 * in registers; hence the length.
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
            int depth,
            boolean adding) {
        var a00 = start(c0, adding);
        var a01 = start(c0 + Lanes.BYTES, adding);
        var a02 = start(c0 + 2 * Lanes.BYTES, adding);
        var a03 = start(c0 + 3 * Lanes.BYTES, adding);
        var a10 = start(c1, adding);
        var a11 = start(c1 + Lanes.BYTES, adding);
        var a12 = start(c1 + 2 * Lanes.BYTES, adding);
        var a13 = start(c1 + 3 * Lanes.BYTES, adding);
        var a20 = start(c2, adding);
        var a21 = start(c2 + Lanes.BYTES, adding);
        var a22 = start(c2 + 2 * Lanes.BYTES, adding);
        var a23 = start(c2 + 3 * Lanes.BYTES, adding);
        var a30 = start(c3, adding);
        var a31 = start(c3 + Lanes.BYTES, adding);
        var a32 = start(c3 + 2 * Lanes.BYTES, adding);
        var a33 = start(c3 + 3 * Lanes.BYTES, adding);
        var a40 = start(c4, adding);
        var a41 = start(c4 + Lanes.BYTES, adding);
        var a42 = start(c4 + 2 * Lanes.BYTES, adding);
        var a43 = start(c4 + 3 * Lanes.BYTES, adding);
        var a50 = start(c5, adding);
        var a51 = start(c5 + Lanes.BYTES, adding);
        var a52 = start(c5 + 2 * Lanes.BYTES, adding);
        var a53 = start(c5 + 3 * Lanes.BYTES, adding);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = Memory.floats(at);
            var w1 = Memory.floats(at + Lanes.BYTES);
            var w2 = Memory.floats(at + 2 * Lanes.BYTES);
            var w3 = Memory.floats(at + 3 * Lanes.BYTES);
            var b0 = Lanes.all(Memory.get(x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            a02 = w2.fma(b0, a02);
            a03 = w3.fma(b0, a03);
            var b1 = Lanes.all(Memory.get(x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            a12 = w2.fma(b1, a12);
            a13 = w3.fma(b1, a13);
            var b2 = Lanes.all(Memory.get(x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            a22 = w2.fma(b2, a22);
            a23 = w3.fma(b2, a23);
            var b3 = Lanes.all(Memory.get(x3 + i));
            a30 = w0.fma(b3, a30);
            a31 = w1.fma(b3, a31);
            a32 = w2.fma(b3, a32);
            a33 = w3.fma(b3, a33);
            var b4 = Lanes.all(Memory.get(x4 + i));
            a40 = w0.fma(b4, a40);
            a41 = w1.fma(b4, a41);
            a42 = w2.fma(b4, a42);
            a43 = w3.fma(b4, a43);
            var b5 = Lanes.all(Memory.get(x5 + i));
            a50 = w0.fma(b5, a50);
            a51 = w1.fma(b5, a51);
            a52 = w2.fma(b5, a52);
            a53 = w3.fma(b5, a53);
            at += wStride;
            i += Float.BYTES;
        }
        Memory.set(c0, a00);
        Memory.set(c0 + Lanes.BYTES, a01);
        Memory.set(c0 + 2 * Lanes.BYTES, a02);
        Memory.set(c0 + 3 * Lanes.BYTES, a03);
        Memory.set(c1, a10);
        Memory.set(c1 + Lanes.BYTES, a11);
        Memory.set(c1 + 2 * Lanes.BYTES, a12);
        Memory.set(c1 + 3 * Lanes.BYTES, a13);
        Memory.set(c2, a20);
        Memory.set(c2 + Lanes.BYTES, a21);
        Memory.set(c2 + 2 * Lanes.BYTES, a22);
        Memory.set(c2 + 3 * Lanes.BYTES, a23);
        Memory.set(c3, a30);
        Memory.set(c3 + Lanes.BYTES, a31);
        Memory.set(c3 + 2 * Lanes.BYTES, a32);
        Memory.set(c3 + 3 * Lanes.BYTES, a33);
        Memory.set(c4, a40);
        Memory.set(c4 + Lanes.BYTES, a41);
        Memory.set(c4 + 2 * Lanes.BYTES, a42);
        Memory.set(c4 + 3 * Lanes.BYTES, a43);
        Memory.set(c5, a50);
        Memory.set(c5 + Lanes.BYTES, a51);
        Memory.set(c5 + 2 * Lanes.BYTES, a52);
        Memory.set(c5 + 3 * Lanes.BYTES, a53);
    }

    static void tile3x4(
            long x0, long x1, long x2, long c0, long c1, long c2, long w, long wStride, int depth, boolean adding) {
        var a00 = start(c0, adding);
        var a01 = start(c0 + Lanes.BYTES, adding);
        var a02 = start(c0 + 2 * Lanes.BYTES, adding);
        var a03 = start(c0 + 3 * Lanes.BYTES, adding);
        var a10 = start(c1, adding);
        var a11 = start(c1 + Lanes.BYTES, adding);
        var a12 = start(c1 + 2 * Lanes.BYTES, adding);
        var a13 = start(c1 + 3 * Lanes.BYTES, adding);
        var a20 = start(c2, adding);
        var a21 = start(c2 + Lanes.BYTES, adding);
        var a22 = start(c2 + 2 * Lanes.BYTES, adding);
        var a23 = start(c2 + 3 * Lanes.BYTES, adding);
        long at = w;
        long i = 0;
        for (int k = 0; k < depth; k++) {
            var w0 = Memory.floats(at);
            var w1 = Memory.floats(at + Lanes.BYTES);
            var w2 = Memory.floats(at + 2 * Lanes.BYTES);
            var w3 = Memory.floats(at + 3 * Lanes.BYTES);
            var b0 = Lanes.all(Memory.get(x0 + i));
            a00 = w0.fma(b0, a00);
            a01 = w1.fma(b0, a01);
            a02 = w2.fma(b0, a02);
            a03 = w3.fma(b0, a03);
            var b1 = Lanes.all(Memory.get(x1 + i));
            a10 = w0.fma(b1, a10);
            a11 = w1.fma(b1, a11);
            a12 = w2.fma(b1, a12);
            a13 = w3.fma(b1, a13);
            var b2 = Lanes.all(Memory.get(x2 + i));
            a20 = w0.fma(b2, a20);
            a21 = w1.fma(b2, a21);
            a22 = w2.fma(b2, a22);
            a23 = w3.fma(b2, a23);
            at += wStride;
            i += Float.BYTES;
        }
        Memory.set(c0, a00);
        Memory.set(c0 + Lanes.BYTES, a01);
        Memory.set(c0 + 2 * Lanes.BYTES, a02);
        Memory.set(c0 + 3 * Lanes.BYTES, a03);
        Memory.set(c1, a10);
        Memory.set(c1 + Lanes.BYTES, a11);
        Memory.set(c1 + 2 * Lanes.BYTES, a12);
        Memory.set(c1 + 3 * Lanes.BYTES, a13);
        Memory.set(c2, a20);
        Memory.set(c2 + Lanes.BYTES, a21);
        Memory.set(c2 + 2 * Lanes.BYTES, a22);
        Memory.set(c2 + 3 * Lanes.BYTES, a23);
    }

    private static FloatVector start(long address, boolean adding) {
        return adding ? Memory.floats(address) : Lanes.zero();
    }
}
