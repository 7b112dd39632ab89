package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.Lanes.WIDE_SHORTS;
import static orrery.kernel.vector.Memory.ALL;
import static orrery.kernel.vector.Memory.LITTLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import orrery.quant.IQ4_NL;

/** The product of woven {@link IQ4_NL}: a line of F16 scales, then eight lines of choices, each looked up as the halves of its value. See {@link WideTile} for why the API is called directly. */
final class WovenIQ4_NL {
    /** Sign and magnitude of an F16, where {@link Widen} puts them. */
    private static final int HALF_BITS = 0x8fffe000;

    private static final float REBIAS = 0x1p112f;

    /** Values in two parts whose sums fit: {@code 16 high + low}. */
    private static final short[] LOW = ValueTables.low(IQ4_NL.values());

    private static final short[] HIGH = ValueTables.high(IQ4_NL.values());

    private WovenIQ4_NL() {}

    /** Sums of {@link Woven#ROWS} rows of weights from {@code weights} on with the activations from element {@code first} on, over so many blocks. */
    static void sums(long weights, EightBitActivations x, int first, int blocks, float[] out) {
        for (long part = 0; part < Woven.LINE; part += 2 * BYTES) {
            part(weights + part, x, first, blocks, out, Woven.lowRow(part));
        }
    }

    private static void part(long weights, EightBitActivations x, int first, int blocks, float[] out, int at) {
        int[] y = x.tables().each();
        float[] scales = x.scales();
        int k = first;
        int j = first / 32;
        var f0 = FloatVector.zero(FLOATS);
        var f1 = FloatVector.zero(FLOATS);
        var f2 = FloatVector.zero(FLOATS);
        var f3 = FloatVector.zero(FLOATS);
        long w = weights;
        for (int b = 0; b < blocks; b++) {
            var c0 = ShortVector.zero(WIDE_SHORTS);
            var c1 = ShortVector.zero(WIDE_SHORTS);
            var d0 = ShortVector.zero(WIDE_SHORTS);
            var d1 = ShortVector.zero(WIDE_SHORTS);
            for (int q = 0; q < 8; q++) {
                long line = w + 128 + 128L * q;
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var y0 = IntVector.broadcast(INTS, y[k + 4 * q + 0]).reinterpretAsShorts();
                c0 = c0.add(Lookup.in(s, LOW, 0).mul(y0));
                d0 = d0.add(Lookup.in(s, HIGH, 0).mul(y0));
                c1 = c1.add(Lookup.in(t, LOW, 0).mul(y0));
                d1 = d1.add(Lookup.in(t, HIGH, 0).mul(y0));
                var y1 = IntVector.broadcast(INTS, y[k + 4 * q + 1]).reinterpretAsShorts();
                var s1 = s.lanewise(LSHR, 4);
                c0 = c0.add(Lookup.in(s1, LOW, 0).mul(y1));
                d0 = d0.add(Lookup.in(s1, HIGH, 0).mul(y1));
                var t1 = t.lanewise(LSHR, 4);
                c1 = c1.add(Lookup.in(t1, LOW, 0).mul(y1));
                d1 = d1.add(Lookup.in(t1, HIGH, 0).mul(y1));
                var y2 = IntVector.broadcast(INTS, y[k + 4 * q + 2]).reinterpretAsShorts();
                var s2 = s.lanewise(LSHR, 8);
                c0 = c0.add(Lookup.in(s2, LOW, 0).mul(y2));
                d0 = d0.add(Lookup.in(s2, HIGH, 0).mul(y2));
                var t2 = t.lanewise(LSHR, 8);
                c1 = c1.add(Lookup.in(t2, LOW, 0).mul(y2));
                d1 = d1.add(Lookup.in(t2, HIGH, 0).mul(y2));
                var y3 = IntVector.broadcast(INTS, y[k + 4 * q + 3]).reinterpretAsShorts();
                var s3 = s.lanewise(LSHR, 12);
                c0 = c0.add(Lookup.in(s3, LOW, 0).mul(y3));
                d0 = d0.add(Lookup.in(s3, HIGH, 0).mul(y3));
                var t3 = t.lanewise(LSHR, 12);
                c1 = c1.add(Lookup.in(t3, LOW, 0).mul(y3));
                d1 = d1.add(Lookup.in(t3, HIGH, 0).mul(y3));
            }
            var factor = FloatVector.broadcast(FLOATS, scales[j]);
            var i0 = c0.reinterpretAsInts();
            var h0 = d0.reinterpretAsInts();
            var m0 = IntVector.fromMemorySegment(INTS, ALL, w, LITTLE);
            f0 = ((FloatVector) h0.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i0.lanewise(LSHL, 16).lanewise(ASHR, 16))
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
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            m1.lanewise(ASHR, 3)
                                    .and(HALF_BITS)
                                    .reinterpretAsFloats()
                                    .mul(REBIAS)
                                    .mul(factor),
                            f3);
            w += 1152;
            k += 32;
            j++;
        }
        f0.intoArray(out, at);
        f1.intoArray(out, at + 16);
        f2.intoArray(out, at + Woven.SECOND);
        f3.intoArray(out, at + Woven.SECOND + 16);
    }
}
