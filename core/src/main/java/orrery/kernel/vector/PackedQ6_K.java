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
 * The product of packed {@link orrery.quant.Q6_K}: for the even and then for the odd groups their lines of the lower
 * four bits and of the upper two; for each pair of groups a line with four signed bytes a pair of rows, the scales of
 * both groups; then a line of F16 scales.
 */
final class PackedQ6_K {
    /** Sign and magnitude of an F16, where {@link Widen} puts them. */
    private static final int HALF_BITS = 0x8fffe000;

    private static final float REBIAS = 0x1p112f;

    /** Sixteen products of four bits fit without a centre. */
    private static final int[] ZEROS = new int[8];

    private PackedQ6_K() {}

    /**
     * Sums of {@link PackedLayout#ROWS} rows of weights from {@code weights} on with the activations from element
     * {@code first} on, over so many blocks.
     */
    static void sums(long weights, Q8Activations x, int first, int blocks, LutSums planes, float[] out) {
        Arrays.fill(out, 0);
        for (long part = 0; part < PackedLayout.LINE; part += 2 * BYTES) {
            int at = PackedLayout.lowRow(part);
            for (int b = 0; b < blocks; b++) {
                long w = weights + part + 13440L * b;
                int k = first + 256 * b;
                for (int half = 0; half < 2; half++) {
                    var lower = half == 0 ? planes.lower() : planes.lowerSecond();
                    var upper = half == 0 ? planes.upper() : planes.upperSecond();
                    long line = w + 6144 * half;
                    int inputs = k + 16 * half;
                    NibbleLut.sums(line, 512, 4, x.nibbles(), inputs, 32, ZEROS, 0, 8, lower);
                    PairLut.sums(line + 4096, x.each(), inputs, 32, 8, upper);
                }
                add(w, x, k / 32, planes, out, at);
            }
        }
    }

    private static void add(long w, Q8Activations x, int block, LutSums planes, float[] out, int at) {
        short[] lower = planes.lower();
        short[] upper = planes.upper();
        short[] lowerSecond = planes.lowerSecond();
        short[] upperSecond = planes.upperSecond();
        float[] scales = x.scales();
        int[] centred = x.centredHalves();
        var t0 = FloatVector.zero(FLOATS);
        var t1 = FloatVector.zero(FLOATS);
        var t2 = FloatVector.zero(FLOATS);
        var t3 = FloatVector.zero(FLOATS);
        long sub = w + 12288;
        int i = 0;
        for (int j = block; j < block + 8; j++) {
            var factor = FloatVector.broadcast(FLOATS, scales[j]);
            var m0 = IntVector.fromMemorySegment(INTS, ALL, sub, LITTLE);
            var m1 = IntVector.fromMemorySegment(INTS, ALL, sub + BYTES, LITTLE);
            var back = IntVector.broadcast(INTS, centred[2 * j]);
            var i0 = ShortVector.fromArray(WIDE_SHORTS, lower, i).reinterpretAsInts();
            var h0 = ShortVector.fromArray(WIDE_SHORTS, upper, i).reinterpretAsInts();
            t0 = ((FloatVector) h0.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i0.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            ((FloatVector) m0.lanewise(LSHL, 24)
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
                            ((FloatVector) m0.lanewise(LSHL, 16)
                                            .lanewise(ASHR, 24)
                                            .convertShape(I2F, FLOATS, 0))
                                    .mul(factor),
                            t1);
            var i1 = ShortVector.fromArray(WIDE_SHORTS, lower, i + WIDE_SHORTS.length())
                    .reinterpretAsInts();
            var h1 = ShortVector.fromArray(WIDE_SHORTS, upper, i + WIDE_SHORTS.length())
                    .reinterpretAsInts();
            t2 = ((FloatVector) h1.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i1.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            ((FloatVector) m1.lanewise(LSHL, 24)
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
                            ((FloatVector) m1.lanewise(LSHL, 16)
                                            .lanewise(ASHR, 24)
                                            .convertShape(I2F, FLOATS, 0))
                                    .mul(factor),
                            t3);
            var back2 = IntVector.broadcast(INTS, centred[2 * j + 1]);
            var i02 = ShortVector.fromArray(WIDE_SHORTS, lowerSecond, i).reinterpretAsInts();
            var h02 = ShortVector.fromArray(WIDE_SHORTS, upperSecond, i).reinterpretAsInts();
            t0 = ((FloatVector) h02.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i02.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back2)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            ((FloatVector) m0.lanewise(LSHL, 8)
                                            .lanewise(ASHR, 24)
                                            .convertShape(I2F, FLOATS, 0))
                                    .mul(factor),
                            t0);
            t1 = ((FloatVector) h02.lanewise(ASHR, 16)
                            .lanewise(LSHL, 4)
                            .add(i02.lanewise(ASHR, 16))
                            .add(back2)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(((FloatVector) m0.lanewise(ASHR, 24).convertShape(I2F, FLOATS, 0)).mul(factor), t1);
            var i12 = ShortVector.fromArray(WIDE_SHORTS, lowerSecond, i + WIDE_SHORTS.length())
                    .reinterpretAsInts();
            var h12 = ShortVector.fromArray(WIDE_SHORTS, upperSecond, i + WIDE_SHORTS.length())
                    .reinterpretAsInts();
            t2 = ((FloatVector) h12.lanewise(LSHL, 16)
                            .lanewise(ASHR, 12)
                            .add(i12.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(back2)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(
                            ((FloatVector) m1.lanewise(LSHL, 8)
                                            .lanewise(ASHR, 24)
                                            .convertShape(I2F, FLOATS, 0))
                                    .mul(factor),
                            t2);
            t3 = ((FloatVector) h12.lanewise(ASHR, 16)
                            .lanewise(LSHL, 4)
                            .add(i12.lanewise(ASHR, 16))
                            .add(back2)
                            .convertShape(I2F, FLOATS, 0))
                    .fma(((FloatVector) m1.lanewise(ASHR, 24).convertShape(I2F, FLOATS, 0)).mul(factor), t3);
            sub += 128;
            i += 2 * WIDE_SHORTS.length();
        }
        var f0 = FloatVector.fromArray(FLOATS, out, at);
        var f1 = FloatVector.fromArray(FLOATS, out, at + 16);
        var f2 = FloatVector.fromArray(FLOATS, out, at + PackedLayout.SECOND);
        var f3 = FloatVector.fromArray(FLOATS, out, at + PackedLayout.SECOND + 16);
        var s0 = IntVector.fromMemorySegment(INTS, ALL, w + 13312, LITTLE);
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
        var s1 = IntVector.fromMemorySegment(INTS, ALL, w + 13312 + BYTES, LITTLE);
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
        f0.intoArray(out, at);
        f1.intoArray(out, at + 16);
        f2.intoArray(out, at + PackedLayout.SECOND);
        f3.intoArray(out, at + PackedLayout.SECOND + 16);
    }
}
