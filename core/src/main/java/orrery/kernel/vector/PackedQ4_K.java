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
 * The product of packed {@link orrery.quant.Q4_K}: a line of F16 scales and one of F16 minima; then for each of eight
 * groups a line with four bytes a pair of rows (two scales, two minima) and eight lines of four bits. See
 * {@link WideTile} for why the API is called directly.
 */
final class PackedQ4_K {
    /** Sign and magnitude of an F16, where {@link Widen} puts them. */
    private static final int HALF_BITS = 0x8fffe000;

    private static final float REBIAS = 0x1p112f;

    private PackedQ4_K() {}

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
        float[] totals = x.totals();
        int[] centred = x.centred();
        var f0 = FloatVector.zero(FLOATS);
        var f1 = FloatVector.zero(FLOATS);
        var f2 = FloatVector.zero(FLOATS);
        var f3 = FloatVector.zero(FLOATS);
        long w = weights;
        for (int b = 0; b < blocks; b++) {
            var t0 = FloatVector.zero(FLOATS);
            var u0 = FloatVector.zero(FLOATS);
            var t1 = FloatVector.zero(FLOATS);
            var u1 = FloatVector.zero(FLOATS);
            var t2 = FloatVector.zero(FLOATS);
            var u2 = FloatVector.zero(FLOATS);
            var t3 = FloatVector.zero(FLOATS);
            var u3 = FloatVector.zero(FLOATS);
            long sub = w + 256;
            for (int i = 0; i < 8; i++) {
                var c0 = IntVector.broadcast(INTS, centres[j]).reinterpretAsShorts();
                var c1 = IntVector.broadcast(INTS, centres[j]).reinterpretAsShorts();
                for (int q = 0; q < 8; q++) {
                    long line = sub + 128 + 128L * q;
                    var s = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line, LITTLE);
                    var t = ShortVector.fromMemorySegment(WIDE_SHORTS, ALL, line + BYTES, LITTLE);
                    var y0 = IntVector.broadcast(INTS, y[k + 4 * q]).reinterpretAsShorts();
                    var y1 = IntVector.broadcast(INTS, y[k + 4 * q + 1]).reinterpretAsShorts();
                    var y2 = IntVector.broadcast(INTS, y[k + 4 * q + 2]).reinterpretAsShorts();
                    var y3 = IntVector.broadcast(INTS, y[k + 4 * q + 3]).reinterpretAsShorts();
                    c0 = c0.add(s.mul(y0));
                    c1 = c1.add(t.mul(y0));
                    c0 = c0.add(s.lanewise(LSHR, four).mul(y1));
                    c1 = c1.add(t.lanewise(LSHR, four).mul(y1));
                    c0 = c0.add(s.lanewise(LSHR, eight).mul(y2));
                    c1 = c1.add(t.lanewise(LSHR, eight).mul(y2));
                    c0 = c0.add(s.lanewise(LSHR, twelve).mul(y3));
                    c1 = c1.add(t.lanewise(LSHR, twelve).mul(y3));
                }
                var factor = FloatVector.broadcast(FLOATS, scales[j]);
                var total = FloatVector.broadcast(FLOATS, totals[j]);
                var back = IntVector.broadcast(INTS, centred[j]);
                var m0 = IntVector.fromMemorySegment(INTS, ALL, sub, LITTLE);
                var i0 = c0.reinterpretAsInts();
                t0 = ((FloatVector) i0.lanewise(LSHL, 16)
                                .lanewise(ASHR, 16)
                                .add(back)
                                .convertShape(I2F, FLOATS, 0))
                        .fma(((FloatVector) m0.and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor), t0);
                t1 = ((FloatVector) i0.lanewise(ASHR, 16).add(back).convertShape(I2F, FLOATS, 0))
                        .fma(
                                ((FloatVector) m0.lanewise(LSHR, 8).and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor),
                                t1);
                u0 = ((FloatVector) m0.lanewise(LSHR, 16).and(0xff).convertShape(I2F, FLOATS, 0)).fma(total, u0);
                u1 = ((FloatVector) m0.lanewise(LSHR, 24).convertShape(I2F, FLOATS, 0)).fma(total, u1);
                var m1 = IntVector.fromMemorySegment(INTS, ALL, sub + BYTES, LITTLE);
                var i1 = c1.reinterpretAsInts();
                t2 = ((FloatVector) i1.lanewise(LSHL, 16)
                                .lanewise(ASHR, 16)
                                .add(back)
                                .convertShape(I2F, FLOATS, 0))
                        .fma(((FloatVector) m1.and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor), t2);
                t3 = ((FloatVector) i1.lanewise(ASHR, 16).add(back).convertShape(I2F, FLOATS, 0))
                        .fma(
                                ((FloatVector) m1.lanewise(LSHR, 8).and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor),
                                t3);
                u2 = ((FloatVector) m1.lanewise(LSHR, 16).and(0xff).convertShape(I2F, FLOATS, 0)).fma(total, u2);
                u3 = ((FloatVector) m1.lanewise(LSHR, 24).convertShape(I2F, FLOATS, 0)).fma(total, u3);
                sub += 1152;
                k += 32;
                j++;
            }
            var s0 = IntVector.fromMemorySegment(INTS, ALL, w, LITTLE);
            var e0 = IntVector.fromMemorySegment(INTS, ALL, w + 128, LITTLE);
            f0 = s0.lanewise(LSHL, 16)
                    .lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t0, f0)
                    .sub(e0.lanewise(LSHL, 16)
                            .lanewise(ASHR, 3)
                            .and(HALF_BITS)
                            .reinterpretAsFloats()
                            .mul(REBIAS)
                            .mul(u0));
            f1 = s0.lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t1, f1)
                    .sub(e0.lanewise(ASHR, 3)
                            .and(HALF_BITS)
                            .reinterpretAsFloats()
                            .mul(REBIAS)
                            .mul(u1));
            var s1 = IntVector.fromMemorySegment(INTS, ALL, w + BYTES, LITTLE);
            var e1 = IntVector.fromMemorySegment(INTS, ALL, w + 128 + BYTES, LITTLE);
            f2 = s1.lanewise(LSHL, 16)
                    .lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t2, f2)
                    .sub(e1.lanewise(LSHL, 16)
                            .lanewise(ASHR, 3)
                            .and(HALF_BITS)
                            .reinterpretAsFloats()
                            .mul(REBIAS)
                            .mul(u2));
            f3 = s1.lanewise(ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(REBIAS)
                    .fma(t3, f3)
                    .sub(e1.lanewise(ASHR, 3)
                            .and(HALF_BITS)
                            .reinterpretAsFloats()
                            .mul(REBIAS)
                            .mul(u3));
            w += 9472;
        }
        f0.intoArray(out, at);
        f1.intoArray(out, at + 16);
        f2.intoArray(out, at + PackedLayout.SECOND);
        f3.intoArray(out, at + PackedLayout.SECOND + 16);
    }
}
