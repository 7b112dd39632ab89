package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.WIDE_SHORTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The product of packed {@link orrery.quant.Q8_0}: a line of F16 scales, then eight pairs of lines of the lower and the
 * upper four bits. See {@link WideTile} for why the API is called directly.
 */
final class PackedQ8_0 {
    /** Sign and magnitude of an F16, where {@link Widen} puts them. */
    private static final int HALF_BITS = 0x8fffe000;

    private static final float REBIAS = 0x1p112f;

    private PackedQ8_0() {}

    /**
     * Sums of {@link PackedLayout#ROWS} rows of weights from {@code weights} on with the activations from element
     * {@code first} on, over so many blocks.
     */
    static void sums(long weights, Q8Activations x, int first, int blocks, float[] out) {
        for (long part = 0; part < PackedLayout.LINE; part += 2 * BYTES) {
            part(weights + part, x, first, blocks, out, PackedLayout.lowRow(part));
        }
    }

    private static void part(long weights, Q8Activations x, int first, int blocks, float[] out, int at) {
        int[] y = x.nibbles();
        float[] scales = x.scales();
        int[] centres = x.centres();
        var four = ShortVector.broadcast(WIDE_SHORTS, (short) 4);
        var eight = ShortVector.broadcast(WIDE_SHORTS, (short) 8);
        var twelve = ShortVector.broadcast(WIDE_SHORTS, (short) 12);
        int k = first;
        int j = first / 32;
        int[] centred = x.centred();
        var f0 = FloatVector.zero(FLOATS);
        var f1 = FloatVector.zero(FLOATS);
        var f2 = FloatVector.zero(FLOATS);
        var f3 = FloatVector.zero(FLOATS);
        long w = weights;
        for (int b = 0; b < blocks; b++) {
            var c0 = IntVector.broadcast(INTS, centres[j]).reinterpretAsShorts();
            var c1 = IntVector.broadcast(INTS, centres[j]).reinterpretAsShorts();
            var d0 = IntVector.broadcast(INTS, centres[j]).reinterpretAsShorts();
            var d1 = IntVector.broadcast(INTS, centres[j]).reinterpretAsShorts();
            for (int q = 0; q < 8; q++) {
                long line = w + 128 + 256L * q;
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var u = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + PackedLayout.LINE, LITTLE);
                var v = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + PackedLayout.LINE + BYTES, LITTLE);
                var y0 = IntVector.broadcast(INTS, y[k + 4 * q]).reinterpretAsShorts();
                var y1 = IntVector.broadcast(INTS, y[k + 4 * q + 1]).reinterpretAsShorts();
                var y2 = IntVector.broadcast(INTS, y[k + 4 * q + 2]).reinterpretAsShorts();
                var y3 = IntVector.broadcast(INTS, y[k + 4 * q + 3]).reinterpretAsShorts();
                c0 = c0.add(s.mul(y0));
                c1 = c1.add(t.mul(y0));
                d0 = d0.add(u.mul(y0));
                d1 = d1.add(v.mul(y0));
                c0 = c0.add(s.lanewise(LSHR, four).mul(y1));
                c1 = c1.add(t.lanewise(LSHR, four).mul(y1));
                d0 = d0.add(u.lanewise(LSHR, four).mul(y1));
                d1 = d1.add(v.lanewise(LSHR, four).mul(y1));
                c0 = c0.add(s.lanewise(LSHR, eight).mul(y2));
                c1 = c1.add(t.lanewise(LSHR, eight).mul(y2));
                d0 = d0.add(u.lanewise(LSHR, eight).mul(y2));
                d1 = d1.add(v.lanewise(LSHR, eight).mul(y2));
                c0 = c0.add(s.lanewise(LSHR, twelve).mul(y3));
                c1 = c1.add(t.lanewise(LSHR, twelve).mul(y3));
                d0 = d0.add(u.lanewise(LSHR, twelve).mul(y3));
                d1 = d1.add(v.lanewise(LSHR, twelve).mul(y3));
            }
            var factor = FloatVector.broadcast(FLOATS, scales[j]);
            var back = IntVector.broadcast(INTS, centred[j]);
            var i0 = c0.reinterpretAsInts();
            var h0 = d0.reinterpretAsInts();
            var m0 = IntVector.fromMemorySegment(INTS, ALL, w, LITTLE);
            f0 = ((FloatVector) h0.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i0.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            m0.lanewise(LSHL, 16)
                                    .lanewise(ASHR, 3)
                                    .and(HALF_BITS)
                                    .reinterpretAsFloats()
                                    .mul(REBIAS)
                                    .mul(factor),
                            f0);
            f1 = ((FloatVector) h0.lanewise(ASHR, 16)
                            .lanewise(LSHL, 4)
                            .add(i0.lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            m0.lanewise(ASHR, 3)
                                    .and(HALF_BITS)
                                    .reinterpretAsFloats()
                                    .mul(REBIAS)
                                    .mul(factor),
                            f1);
            var i1 = c1.reinterpretAsInts();
            var h1 = d1.reinterpretAsInts();
            var m1 = IntVector.fromMemorySegment(INTS, ALL, w + BYTES, LITTLE);
            f2 = ((FloatVector) h1.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i1.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            m1.lanewise(LSHL, 16)
                                    .lanewise(ASHR, 3)
                                    .and(HALF_BITS)
                                    .reinterpretAsFloats()
                                    .mul(REBIAS)
                                    .mul(factor),
                            f2);
            f3 = ((FloatVector) h1.lanewise(ASHR, 16)
                            .lanewise(LSHL, 4)
                            .add(i1.lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            m1.lanewise(ASHR, 3)
                                    .and(HALF_BITS)
                                    .reinterpretAsFloats()
                                    .mul(REBIAS)
                                    .mul(factor),
                            f3);
            w += 2176;
            k += 32;
            j++;
        }
        f0.intoArray(out, at);
        f1.intoArray(out, at + 16);
        f2.intoArray(out, at + PackedLayout.SECOND);
        f3.intoArray(out, at + PackedLayout.SECOND + 16);
    }
}
