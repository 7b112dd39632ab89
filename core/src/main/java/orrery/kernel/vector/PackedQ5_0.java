package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
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
 * The product of packed {@link orrery.quant.Q5_0}: for up to eight blocks together their lines of four bits, of fifth
 * bits, and of F16 scales.
 */
final class PackedQ5_0 {
    /** Sign and magnitude of an F16, where {@link Widen} puts them. */
    private static final int HALF_BITS = 0x8fffe000;

    private static final float REBIAS = 0x1p112f;

    private PackedQ5_0() {}

    /**
     * Sums of {@link PackedLayout#ROWS} rows of weights from {@code weights} on with the activations from element
     * {@code first} on, over so many blocks.
     */
    static void sums(long weights, Q8Activations x, int first, int blocks, LutSums planes, float[] out) {
        Arrays.fill(out, 0);
        for (long part = 0; part < PackedLayout.LINE; part += 2 * BYTES) {
            int at = PackedLayout.lowRow(part);
            for (int b = 0; b < blocks; b += LutSums.BLOCKS) {
                int count = Math.min(LutSums.BLOCKS, blocks - b);
                long w = weights + part + 1408L * b;
                int k = first + 32 * b;
                NibbleLut.sums(w, 1024, 8, x.nibbles(), k, 32, x.centres(), k / 32, count, planes.lower());
                SubsetLut.sums(w + 1024 * count, x.each(), k, count, planes.upper());
                add(w + 1280 * count, x, k / 32, count, planes, out, at);
            }
        }
    }

    private static void add(long weights, Q8Activations x, int block, int blocks, LutSums planes, float[] out, int at) {
        short[] lower = planes.lower();
        short[] upper = planes.upper();
        float[] scales = x.scales();
        int[] centred = x.centred();
        var f0 = FloatVector.fromArray(FLOATS, out, at);
        var f1 = FloatVector.fromArray(FLOATS, out, at + 16);
        var f2 = FloatVector.fromArray(FLOATS, out, at + PackedLayout.SECOND);
        var f3 = FloatVector.fromArray(FLOATS, out, at + PackedLayout.SECOND + 16);
        long w = weights;
        int j = block;
        int i = 0;
        for (int b = 0; b < blocks; b++) {
            var c0 = ShortVector.fromArray(WIDE_SHORTS, lower, i);
            var c1 = ShortVector.fromArray(WIDE_SHORTS, lower, i + WIDE_SHORTS.length());
            var d0 = ShortVector.fromArray(WIDE_SHORTS, upper, i);
            var d1 = ShortVector.fromArray(WIDE_SHORTS, upper, i + WIDE_SHORTS.length());
            var factor = FloatVector.broadcast(FLOATS, scales[j]);
            var back = IntVector.broadcast(INTS, -centred[j]);
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
            w += 128;
            j++;
            i += 2 * WIDE_SHORTS.length();
        }
        f0.intoArray(out, at);
        f1.intoArray(out, at + 16);
        f2.intoArray(out, at + PackedLayout.SECOND);
        f3.intoArray(out, at + PackedLayout.SECOND + 16);
    }
}
