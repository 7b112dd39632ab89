package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.FLOAT;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The innermost loops of {@link StoredTile}: four queries with four vectors of a cache's stored type, widened to floats
 * in registers. See {@link WideTile} for why they are unrolled, and {@link Widen} for the conversions.
 */
final class StoredLoops {
    private StoredLoops() {}

    static void brains(long x0, long x1, long x2, long x3, long w, long wStride, int depth, float[] sums) {
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
            var w0 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 0L * COUNT, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w1 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 2L * COUNT, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w2 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 4L * COUNT, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w3 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 6L * COUNT, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
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

    static void halves(long x0, long x1, long x2, long x3, long w, long wStride, int depth, float[] sums) {
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
            var h0 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 0L * COUNT, LITTLE)
                            .convertShape(S2I, INTS, 0))
                    .lanewise(LSHL, 13)
                    .and(Widen.HALF_BITS);
            var n0 = h0.reinterpretAsFloats().mul(Widen.REBIAS).reinterpretAsInts();
            var w0 = n0.blend(n0.or(Widen.INFINITY), h0.and(0x7fffffff).compare(GE, Widen.HALF_INFINITY))
                    .reinterpretAsFloats();
            var h1 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 2L * COUNT, LITTLE)
                            .convertShape(S2I, INTS, 0))
                    .lanewise(LSHL, 13)
                    .and(Widen.HALF_BITS);
            var n1 = h1.reinterpretAsFloats().mul(Widen.REBIAS).reinterpretAsInts();
            var w1 = n1.blend(n1.or(Widen.INFINITY), h1.and(0x7fffffff).compare(GE, Widen.HALF_INFINITY))
                    .reinterpretAsFloats();
            var h2 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 4L * COUNT, LITTLE)
                            .convertShape(S2I, INTS, 0))
                    .lanewise(LSHL, 13)
                    .and(Widen.HALF_BITS);
            var n2 = h2.reinterpretAsFloats().mul(Widen.REBIAS).reinterpretAsInts();
            var w2 = n2.blend(n2.or(Widen.INFINITY), h2.and(0x7fffffff).compare(GE, Widen.HALF_INFINITY))
                    .reinterpretAsFloats();
            var h3 = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + 6L * COUNT, LITTLE)
                            .convertShape(S2I, INTS, 0))
                    .lanewise(LSHL, 13)
                    .and(Widen.HALF_BITS);
            var n3 = h3.reinterpretAsFloats().mul(Widen.REBIAS).reinterpretAsInts();
            var w3 = n3.blend(n3.or(Widen.INFINITY), h3.and(0x7fffffff).compare(GE, Widen.HALF_INFINITY))
                    .reinterpretAsFloats();
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

    /**
     * Columns of signed bytes.
     *
     * @param factors floats, one run of positions per block of elements
     */
    static void stepColumns(
            long x0, long x1, long x2, long x3, long w, long wStride, int blocks, long factors, float[] sums) {
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
        for (int block = 0; block < blocks; block++) {
            long factor = factors + block * Float.BYTES * wStride;
            var f0 = FloatVector.fromMemorySegment(FLOATS, ALL, factor, LITTLE);
            var f1 = FloatVector.fromMemorySegment(FLOATS, ALL, factor + 4L * COUNT, LITTLE);
            var f2 = FloatVector.fromMemorySegment(FLOATS, ALL, factor + 8L * COUNT, LITTLE);
            var f3 = FloatVector.fromMemorySegment(FLOATS, ALL, factor + 12L * COUNT, LITTLE);
            for (int k = 0; k < PanelFloats.BLOCK; k++) {
                var w0 = f0.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 0L * COUNT, LITTLE)
                                .convertShape(B2I, INTS, 0))
                        .convert(I2F, 0));
                var w1 = f1.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 1L * COUNT, LITTLE)
                                .convertShape(B2I, INTS, 0))
                        .convert(I2F, 0));
                var w2 = f2.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 2L * COUNT, LITTLE)
                                .convertShape(B2I, INTS, 0))
                        .convert(I2F, 0));
                var w3 = f3.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 3L * COUNT, LITTLE)
                                .convertShape(B2I, INTS, 0))
                        .convert(I2F, 0));
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

    /**
     * Rows of signed bytes, two blocks of each.
     *
     * @param factors floats, that of the first row's first block
     * @param factorStride bytes from one row's factors to the next one's
     */
    static void stepRows(
            long x0,
            long x1,
            long x2,
            long x3,
            long w,
            long wStride,
            int depth,
            long factors,
            long factorStride,
            float[] sums) {
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
        long factor = factors;
        for (int k = 0; k < depth; k++) {
            var f0 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, factor));
            var f1 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, factor + Float.BYTES));
            var w0 = f0.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 0L * COUNT, LITTLE)
                            .convertShape(B2I, INTS, 0))
                    .convert(I2F, 0));
            var w1 = f0.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 1L * COUNT, LITTLE)
                            .convertShape(B2I, INTS, 0))
                    .convert(I2F, 0));
            var w2 = f1.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 2L * COUNT, LITTLE)
                            .convertShape(B2I, INTS, 0))
                    .convert(I2F, 0));
            var w3 = f1.mul(((IntVector) ByteVector.fromMemorySegment(Fp8.SOME, ALL, at + 3L * COUNT, LITTLE)
                            .convertShape(B2I, INTS, 0))
                    .convert(I2F, 0));
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
            factor += factorStride;
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
}
