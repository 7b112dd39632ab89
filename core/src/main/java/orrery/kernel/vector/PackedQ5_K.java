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

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * The product of packed {@link orrery.quant.Q5_K}: for the eight groups together their lines of four bits, of fifth
 * bits, and with four bytes a pair of rows (two scales, two minima); then a line of F16 scales and one of F16 minima.
 */
final class PackedQ5_K {
    /** Sign and magnitude of an F16, where {@link Widen} puts them. */
    private static final int HALF_BITS = 0x8fffe000;

    private static final float REBIAS = 0x1p112f;

    private PackedQ5_K() {}

    /**
     * Sums of {@link PackedLayout#ROWS} rows of weights from {@code weights} on with the activations from element
     * {@code first} on, over so many blocks.
     */
    static void sums(long weights, Q8Activations x, int first, int blocks, LutSums planes, float[] out) {
        Arrays.fill(out, 0);
        for (long part = 0; part < PackedLayout.LINE; part += 2 * BYTES) {
            int at = PackedLayout.lowRow(part);
            for (int b = 0; b < blocks; b++) {
                long w = weights + part + 11520L * b;
                int k = first + 256 * b;
                NibbleLut.sums(w, 1024, 8, x.nibbles(), k, 32, x.centres(), k / 32, 8, planes.lower());
                SubsetLut.sums(w + 8192, x.each(), k, 8, planes.upper());
                add(w, x, k / 32, planes, out, at);
            }
        }
    }

    private static void add(long w, Q8Activations x, int block, LutSums planes, float[] out, int at) {
        short[] lower = planes.lower();
        short[] upper = planes.upper();
        float[] scales = x.scales();
        float[] totals = x.totals();
        int[] centred = x.centred();
        var t0 = FloatVector.zero(FLOATS);
        var u0 = FloatVector.zero(FLOATS);
        var t1 = FloatVector.zero(FLOATS);
        var u1 = FloatVector.zero(FLOATS);
        var t2 = FloatVector.zero(FLOATS);
        var u2 = FloatVector.zero(FLOATS);
        var t3 = FloatVector.zero(FLOATS);
        var u3 = FloatVector.zero(FLOATS);
        long sub = w + 10240;
        int i = 0;
        for (int j = block; j < block + 8; j++) {
            var c0 = ShortVector.fromArray(WIDE_SHORTS, lower, i);
            var c1 = ShortVector.fromArray(WIDE_SHORTS, lower, i + WIDE_SHORTS.length());
            var d0 = ShortVector.fromArray(WIDE_SHORTS, upper, i);
            var d1 = ShortVector.fromArray(WIDE_SHORTS, upper, i + WIDE_SHORTS.length());
            var factor = FloatVector.broadcast(FLOATS, scales[j]);
            var total = FloatVector.broadcast(FLOATS, totals[j]);
            var back = IntVector.broadcast(INTS, centred[j]);
            var m0 = IntVector.fromMemorySegment(INTS, ALL, sub, LITTLE);
            var i0 = c0.reinterpretAsInts();
            var h0 = d0.reinterpretAsInts();
            t0 = ((FloatVector) h0.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i0.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(((FloatVector) m0.and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor), t0);
            t1 = ((FloatVector) h0.lanewise(ASHR, 16)
                            .lanewise(LSHL, 4)
                            .add(i0.lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(((FloatVector) m0.lanewise(LSHR, 8).and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor), t1);
            u0 = ((FloatVector) m0.lanewise(LSHR, 16).and(0xff).convertShape(I2F, FLOATS, 0)).fma(total, u0);
            u1 = ((FloatVector) m0.lanewise(LSHR, 24).convertShape(I2F, FLOATS, 0)).fma(total, u1);
            var m1 = IntVector.fromMemorySegment(INTS, ALL, sub + BYTES, LITTLE);
            var i1 = c1.reinterpretAsInts();
            var h1 = d1.reinterpretAsInts();
            t2 = ((FloatVector) h1.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i1.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(((FloatVector) m1.and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor), t2);
            t3 = ((FloatVector) h1.lanewise(ASHR, 16)
                            .lanewise(LSHL, 4)
                            .add(i1.lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(((FloatVector) m1.lanewise(LSHR, 8).and(0xff).convertShape(I2F, FLOATS, 0)).mul(factor), t3);
            u2 = ((FloatVector) m1.lanewise(LSHR, 16).and(0xff).convertShape(I2F, FLOATS, 0)).fma(total, u2);
            u3 = ((FloatVector) m1.lanewise(LSHR, 24).convertShape(I2F, FLOATS, 0)).fma(total, u3);
            sub += 128;
            i += 2 * WIDE_SHORTS.length();
        }
        var f0 = FloatVector.fromArray(FLOATS, out, at);
        var f1 = FloatVector.fromArray(FLOATS, out, at + 16);
        var f2 = FloatVector.fromArray(FLOATS, out, at + PackedLayout.SECOND);
        var f3 = FloatVector.fromArray(FLOATS, out, at + PackedLayout.SECOND + 16);
        var s0 = IntVector.fromMemorySegment(INTS, ALL, w + 11264, LITTLE);
        var e0 = IntVector.fromMemorySegment(INTS, ALL, w + 11392, LITTLE);
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
        var s1 = IntVector.fromMemorySegment(INTS, ALL, w + 11264 + BYTES, LITTLE);
        var e1 = IntVector.fromMemorySegment(INTS, ALL, w + 11392 + BYTES, LITTLE);
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
        f0.intoArray(out, at);
        f1.intoArray(out, at + 16);
        f2.intoArray(out, at + PackedLayout.SECOND);
        f3.intoArray(out, at + PackedLayout.SECOND + 16);
    }
}
