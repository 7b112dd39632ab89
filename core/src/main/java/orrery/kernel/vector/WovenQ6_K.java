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

/** The product of woven {@link orrery.quant.Q6_K}: a line of F16 scales; then for each of sixteen groups four lines of the lower four bits, two of the upper two; before each second group a line with four signed bytes a pair of rows, the scales of both groups. See {@link WideTile} for why the API is called directly. */
final class WovenQ6_K {
    /** Sign and magnitude of an F16, where {@link Widen} puts them. */
    private static final int HALF_BITS = 0x8fffe000;

    private static final float REBIAS = 0x1p112f;

    private WovenQ6_K() {}

    /** Sums of {@link Woven#ROWS} rows of weights from {@code weights} on with the activations from element {@code first} on, over so many blocks. */
    static void sums(long weights, EightBitActivations x, int first, int blocks, float[] out) {
        for (long part = 0; part < Woven.LINE; part += 2 * BYTES) {
            part(weights + part, x, first, blocks, out, Woven.lowRow(part));
        }
    }

    private static void part(long weights, EightBitActivations x, int first, int blocks, float[] out, int at) {
        int[] y = x.nibbles();
        short[] z = x.tables().pairs();
        float[] scales = x.scales();
        int[] centred = x.centredHalves();
        int k = first;
        int j = first / 16;
        var f0 = FloatVector.zero(FLOATS);
        var f1 = FloatVector.zero(FLOATS);
        var f2 = FloatVector.zero(FLOATS);
        var f3 = FloatVector.zero(FLOATS);
        long w = weights;
        for (int b = 0; b < blocks; b++) {
            var t0 = FloatVector.zero(FLOATS);
            var t1 = FloatVector.zero(FLOATS);
            var t2 = FloatVector.zero(FLOATS);
            var t3 = FloatVector.zero(FLOATS);
            for (int i = 0; i < 16; i++) {
                long line32 = w + 128 + 1664L * (i / 2);
                long sub = line32 + 128 + 768L * (i % 2);
                int up = 16 - 16 * (i % 2);
                var c0 = ShortVector.zero(WIDE_SHORTS);
                var c1 = ShortVector.zero(WIDE_SHORTS);
                for (int q = 0; q < 4; q++) {
                    long line = sub + 128L * q;
                    var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                    var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                    var y0 = IntVector.broadcast(INTS, y[k + 4 * q]).reinterpretAsShorts();
                    var y1 = IntVector.broadcast(INTS, y[k + 4 * q + 1]).reinterpretAsShorts();
                    var y2 = IntVector.broadcast(INTS, y[k + 4 * q + 2]).reinterpretAsShorts();
                    var y3 = IntVector.broadcast(INTS, y[k + 4 * q + 3]).reinterpretAsShorts();
                    c0 = c0.add(s.mul(y0));
                    c1 = c1.add(t.mul(y0));
                    c0 = c0.add(s.lanewise(LSHR, 4).mul(y1));
                    c1 = c1.add(t.lanewise(LSHR, 4).mul(y1));
                    c0 = c0.add(s.lanewise(LSHR, 8).mul(y2));
                    c1 = c1.add(t.lanewise(LSHR, 8).mul(y2));
                    c0 = c0.add(s.lanewise(LSHR, 12).mul(y3));
                    c1 = c1.add(t.lanewise(LSHR, 12).mul(y3));
                }
                var d0 = ShortVector.zero(WIDE_SHORTS);
                var d1 = ShortVector.zero(WIDE_SHORTS);
                for (int q = 0; q < 2; q++) {
                    long line = sub + 512 + 128L * q;
                    var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                    var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                    d0 = d0.add(Lookup.in(s, z, 16 * k + 0 + 128 * q));
                    d1 = d1.add(Lookup.in(t, z, 16 * k + 0 + 128 * q));
                    d0 = d0.add(Lookup.in(s.lanewise(LSHR, 4), z, 16 * k + 32 + 128 * q));
                    d1 = d1.add(Lookup.in(t.lanewise(LSHR, 4), z, 16 * k + 32 + 128 * q));
                    d0 = d0.add(Lookup.in(s.lanewise(LSHR, 8), z, 16 * k + 64 + 128 * q));
                    d1 = d1.add(Lookup.in(t.lanewise(LSHR, 8), z, 16 * k + 64 + 128 * q));
                    d0 = d0.add(Lookup.in(s.lanewise(LSHR, 12), z, 16 * k + 96 + 128 * q));
                    d1 = d1.add(Lookup.in(t.lanewise(LSHR, 12), z, 16 * k + 96 + 128 * q));
                }
                var factor = FloatVector.broadcast(FLOATS, scales[j / 2]);
                var back = IntVector.broadcast(INTS, centred[j]);
                var m0 = IntVector.fromMemorySegment(INTS, ALL, line32, LITTLE);
                var i0 = c0.reinterpretAsInts();
                var h0 = d0.reinterpretAsInts();
                t0 = ((FloatVector) h0.lanewise(LSHL, 16)
                                .lanewise(ASHR, 12)
                                .add(i0.lanewise(LSHL, 16).lanewise(ASHR, 16))
                                .add(back)
                                .convertShape(I2F, FLOATS, 0))
                        .fma(
                                ((FloatVector) m0.lanewise(LSHL, up + 8)
                                                .lanewise(ASHR, 24)
                                                .convertShape(I2F, FLOATS, 0))
                                        .mul(factor),
                                t0);
                t1 = ((FloatVector) h0.lanewise(ASHR, 16)
                                .lanewise(LSHL, 4)
                                .add(i0.lanewise(ASHR, 16))
                                .add(back)
                                .convertShape(I2F, FLOATS, 0))
                        .fma(
                                ((FloatVector) m0.lanewise(LSHL, up)
                                                .lanewise(ASHR, 24)
                                                .convertShape(I2F, FLOATS, 0))
                                        .mul(factor),
                                t1);
                var m1 = IntVector.fromMemorySegment(INTS, ALL, line32 + BYTES, LITTLE);
                var i1 = c1.reinterpretAsInts();
                var h1 = d1.reinterpretAsInts();
                t2 = ((FloatVector) h1.lanewise(LSHL, 16)
                                .lanewise(ASHR, 12)
                                .add(i1.lanewise(LSHL, 16).lanewise(ASHR, 16))
                                .add(back)
                                .convertShape(I2F, FLOATS, 0))
                        .fma(
                                ((FloatVector) m1.lanewise(LSHL, up + 8)
                                                .lanewise(ASHR, 24)
                                                .convertShape(I2F, FLOATS, 0))
                                        .mul(factor),
                                t2);
                t3 = ((FloatVector) h1.lanewise(ASHR, 16)
                                .lanewise(LSHL, 4)
                                .add(i1.lanewise(ASHR, 16))
                                .add(back)
                                .convertShape(I2F, FLOATS, 0))
                        .fma(
                                ((FloatVector) m1.lanewise(LSHL, up)
                                                .lanewise(ASHR, 24)
                                                .convertShape(I2F, FLOATS, 0))
                                        .mul(factor),
                                t3);
                k += 16;
                j++;
            }
            var s0 = IntVector.fromMemorySegment(INTS, ALL, w, LITTLE);
            f0 = s0.lanewise(LSHL, 16)
                    .lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t0, f0);
            f1 = s0.lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t1, f1);
            var s1 = IntVector.fromMemorySegment(INTS, ALL, w + BYTES, LITTLE);
            f2 = s1.lanewise(LSHL, 16)
                    .lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t2, f2);
            f3 = s1.lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t3, f3);
            w += 13440;
        }
        f0.intoArray(out, at);
        f1.intoArray(out, at + 16);
        f2.intoArray(out, at + Woven.SECOND);
        f3.intoArray(out, at + Woven.SECOND + 16);
    }
}
