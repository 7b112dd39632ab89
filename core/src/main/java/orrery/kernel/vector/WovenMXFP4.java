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
import orrery.quant.MXFP4;

/** The product of woven {@link MXFP4}: a line of scales in BF16, which has their exponents, then eight lines of choices. Values up to 12 fit sixteen at a time. See {@link WideTile} for why the API is called directly. */
final class WovenMXFP4 {
    private static final short[] VALUES = ValueTables.of(MXFP4.values());

    private WovenMXFP4() {}

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
            for (int q = 0; q < 4; q++) {
                long line = w + 128 + 128L * q;
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var y0 = IntVector.broadcast(INTS, y[k + 0 + 4 * q + 0]).reinterpretAsShorts();
                c0 = c0.add(Lookup.in(s, VALUES, 0).mul(y0));
                c1 = c1.add(Lookup.in(t, VALUES, 0).mul(y0));
                var y1 = IntVector.broadcast(INTS, y[k + 0 + 4 * q + 1]).reinterpretAsShorts();
                c0 = c0.add(Lookup.in(s.lanewise(LSHR, 4), VALUES, 0).mul(y1));
                c1 = c1.add(Lookup.in(t.lanewise(LSHR, 4), VALUES, 0).mul(y1));
                var y2 = IntVector.broadcast(INTS, y[k + 0 + 4 * q + 2]).reinterpretAsShorts();
                c0 = c0.add(Lookup.in(s.lanewise(LSHR, 8), VALUES, 0).mul(y2));
                c1 = c1.add(Lookup.in(t.lanewise(LSHR, 8), VALUES, 0).mul(y2));
                var y3 = IntVector.broadcast(INTS, y[k + 0 + 4 * q + 3]).reinterpretAsShorts();
                c0 = c0.add(Lookup.in(s.lanewise(LSHR, 12), VALUES, 0).mul(y3));
                c1 = c1.add(Lookup.in(t.lanewise(LSHR, 12), VALUES, 0).mul(y3));
            }
            var d0 = ShortVector.zero(WIDE_SHORTS);
            var d1 = ShortVector.zero(WIDE_SHORTS);
            for (int q = 0; q < 4; q++) {
                long line = w + 640 + 128L * q;
                var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                var y0 = IntVector.broadcast(INTS, y[k + 16 + 4 * q + 0]).reinterpretAsShorts();
                d0 = d0.add(Lookup.in(s, VALUES, 0).mul(y0));
                d1 = d1.add(Lookup.in(t, VALUES, 0).mul(y0));
                var y1 = IntVector.broadcast(INTS, y[k + 16 + 4 * q + 1]).reinterpretAsShorts();
                d0 = d0.add(Lookup.in(s.lanewise(LSHR, 4), VALUES, 0).mul(y1));
                d1 = d1.add(Lookup.in(t.lanewise(LSHR, 4), VALUES, 0).mul(y1));
                var y2 = IntVector.broadcast(INTS, y[k + 16 + 4 * q + 2]).reinterpretAsShorts();
                d0 = d0.add(Lookup.in(s.lanewise(LSHR, 8), VALUES, 0).mul(y2));
                d1 = d1.add(Lookup.in(t.lanewise(LSHR, 8), VALUES, 0).mul(y2));
                var y3 = IntVector.broadcast(INTS, y[k + 16 + 4 * q + 3]).reinterpretAsShorts();
                d0 = d0.add(Lookup.in(s.lanewise(LSHR, 12), VALUES, 0).mul(y3));
                d1 = d1.add(Lookup.in(t.lanewise(LSHR, 12), VALUES, 0).mul(y3));
            }
            var factor = FloatVector.broadcast(FLOATS, scales[j]);
            var i0 = c0.reinterpretAsInts();
            var h0 = d0.reinterpretAsInts();
            var m0 = IntVector.fromMemorySegment(INTS, ALL, w, LITTLE);
            f0 = ((FloatVector) h0.lanewise(LSHL, 16)
                            .lanewise(ASHR, 16)
                            .add(i0.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .convertShape(I2F, FLOATS, 0))
                    .fma(m0.lanewise(LSHL, 16).reinterpretAsFloats().mul(factor), f0);
            f1 = ((FloatVector) h0.lanewise(ASHR, 16).add(i0.lanewise(ASHR, 16)).convertShape(I2F, FLOATS, 0))
                    .fma(m0.and(0xffff0000).reinterpretAsFloats().mul(factor), f1);
            var i1 = c1.reinterpretAsInts();
            var h1 = d1.reinterpretAsInts();
            var m1 = IntVector.fromMemorySegment(INTS, ALL, w + BYTES, LITTLE);
            f2 = ((FloatVector) h1.lanewise(LSHL, 16)
                            .lanewise(ASHR, 16)
                            .add(i1.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .convertShape(I2F, FLOATS, 0))
                    .fma(m1.lanewise(LSHL, 16).reinterpretAsFloats().mul(factor), f2);
            f3 = ((FloatVector) h1.lanewise(ASHR, 16).add(i1.lanewise(ASHR, 16)).convertShape(I2F, FLOATS, 0))
                    .fma(m1.and(0xffff0000).reinterpretAsFloats().mul(factor), f3);
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
