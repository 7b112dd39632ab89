package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The innermost loop of {@link SmallGemm} over bfloat16 weights. See {@link WideTile} for why the API is called
 * directly.
 */
final class Bf16SmallGemm {
    private Bf16SmallGemm() {}

    /**
     * Sums of six rows of weights, {@code w0} and at the distances {@code d1} to {@code d5} from it, with four rows of
     * activations; one vector each, weight by weight.
     */
    static void sums(
            long w0,
            long d1,
            long d2,
            long d3,
            long d4,
            long d5,
            long x0,
            long x1,
            long x2,
            long x3,
            int whole,
            long to) {
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
        long y0 = x0 - 2 * w0;
        long y1 = x1 - 2 * w0;
        long y2 = x2 - 2 * w0;
        long y3 = x3 - 2 * w0;
        long end = w0 + 2L * whole;
        for (long at = w0; at < end; at += BYTES / 2) {
            var w0v = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w1v = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + d1, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w2v = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + d2, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w3v = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + d3, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w4v = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + d4, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var w5v = ((IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, at + d5, LITTLE)
                            .convertShape(ZERO_EXTEND_S2I, INTS, 0))
                    .lanewise(LSHL, 16)
                    .reinterpretAsFloats();
            var b0 = FloatVector.fromMemorySegment(FLOATS, ALL, 2 * at + y0, LITTLE);
            a00 = w0v.fma(b0, a00);
            a10 = w1v.fma(b0, a10);
            a20 = w2v.fma(b0, a20);
            a30 = w3v.fma(b0, a30);
            a40 = w4v.fma(b0, a40);
            a50 = w5v.fma(b0, a50);
            var b1 = FloatVector.fromMemorySegment(FLOATS, ALL, 2 * at + y1, LITTLE);
            a01 = w0v.fma(b1, a01);
            a11 = w1v.fma(b1, a11);
            a21 = w2v.fma(b1, a21);
            a31 = w3v.fma(b1, a31);
            a41 = w4v.fma(b1, a41);
            a51 = w5v.fma(b1, a51);
            var b2 = FloatVector.fromMemorySegment(FLOATS, ALL, 2 * at + y2, LITTLE);
            a02 = w0v.fma(b2, a02);
            a12 = w1v.fma(b2, a12);
            a22 = w2v.fma(b2, a22);
            a32 = w3v.fma(b2, a32);
            a42 = w4v.fma(b2, a42);
            a52 = w5v.fma(b2, a52);
            var b3 = FloatVector.fromMemorySegment(FLOATS, ALL, 2 * at + y3, LITTLE);
            a03 = w0v.fma(b3, a03);
            a13 = w1v.fma(b3, a13);
            a23 = w2v.fma(b3, a23);
            a33 = w3v.fma(b3, a33);
            a43 = w4v.fma(b3, a43);
            a53 = w5v.fma(b3, a53);
        }
        a00.intoMemorySegment(ALL, to, LITTLE);
        a01.intoMemorySegment(ALL, to + 1 * BYTES, LITTLE);
        a02.intoMemorySegment(ALL, to + 2 * BYTES, LITTLE);
        a03.intoMemorySegment(ALL, to + 3 * BYTES, LITTLE);
        a10.intoMemorySegment(ALL, to + 4 * BYTES, LITTLE);
        a11.intoMemorySegment(ALL, to + 5 * BYTES, LITTLE);
        a12.intoMemorySegment(ALL, to + 6 * BYTES, LITTLE);
        a13.intoMemorySegment(ALL, to + 7 * BYTES, LITTLE);
        a20.intoMemorySegment(ALL, to + 8 * BYTES, LITTLE);
        a21.intoMemorySegment(ALL, to + 9 * BYTES, LITTLE);
        a22.intoMemorySegment(ALL, to + 10 * BYTES, LITTLE);
        a23.intoMemorySegment(ALL, to + 11 * BYTES, LITTLE);
        a30.intoMemorySegment(ALL, to + 12 * BYTES, LITTLE);
        a31.intoMemorySegment(ALL, to + 13 * BYTES, LITTLE);
        a32.intoMemorySegment(ALL, to + 14 * BYTES, LITTLE);
        a33.intoMemorySegment(ALL, to + 15 * BYTES, LITTLE);
        a40.intoMemorySegment(ALL, to + 16 * BYTES, LITTLE);
        a41.intoMemorySegment(ALL, to + 17 * BYTES, LITTLE);
        a42.intoMemorySegment(ALL, to + 18 * BYTES, LITTLE);
        a43.intoMemorySegment(ALL, to + 19 * BYTES, LITTLE);
        a50.intoMemorySegment(ALL, to + 20 * BYTES, LITTLE);
        a51.intoMemorySegment(ALL, to + 21 * BYTES, LITTLE);
        a52.intoMemorySegment(ALL, to + 22 * BYTES, LITTLE);
        a53.intoMemorySegment(ALL, to + 23 * BYTES, LITTLE);
    }
}
