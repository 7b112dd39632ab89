package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.OR;
import static orrery.kernel.vector.Lanes.COUNT;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.Lanes.INTS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import orrery.tensor.DType;

/**
 * FP8 (arXiv:2209.05433) to floats. E5M2 is the upper byte of a half. E4M3: a byte that is sign-extended and shifted by
 * 20 has its exponent and fraction at the low bits of a float's, so that only the exponent's bias is wrong, by a factor
 * of 2^120: exact for every value but NaN, including subnormals.
 */
final class Fp8 {
    /** As many bytes as there are lanes; at 128 bits twice as many, since there is no vector of four bytes. */
    static final VectorSpecies<Byte> SOME =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * COUNT)));

    private static final int TAKEN = SOME.length();
    /** The sign bits after sign extension and shift, and the seven bits of a magnitude. */
    static final int PLACED = 0x87f00000;

    private static final float REBIAS = 0x1p120f;
    private static final int NOT_A_NUMBER = 0x7f;

    /**
     * The factor of activations before {@link #dot}, and of its sum after it; together they correct the bias without a
     * multiplication per weight.
     */
    static final float HALF_REBIAS = 0x1p60f;

    private Fp8() {}

    /** One value, exactly. */
    static float element(long address) {
        int bits = ALL.get(ValueLayout.JAVA_BYTE, address);
        if ((bits & NOT_A_NUMBER) == NOT_A_NUMBER) {
            return bits < 0 ? -Float.NaN : Float.NaN;
        }
        return Float.intBitsToFloat((bits << 20) & PLACED) * REBIAS;
    }

    /** The values of a vector of sign-extended bytes, exactly. */
    private static FloatVector values(IntVector bits) {
        var sized = bits.lanewise(LSHL, 20).and(PLACED).reinterpretAsFloats().mul(REBIAS);
        return sized.blend(
                Float.NaN, bits.and(NOT_A_NUMBER).compare(EQ, NOT_A_NUMBER).cast(FLOATS));
    }

    /** {@code COUNT} values from an address on, at which {@link #TAKEN} bytes must be readable. */
    static FloatVector floats(long address, int part) {
        return values((IntVector)
                ByteVector.fromMemorySegment(SOME, ALL, address, LITTLE).convertShape(B2I, INTS, part));
    }

    /** Bytes per vector of {@link #SOME}. */
    static int taken() {
        return TAKEN;
    }

    /** One value of E5M2. */
    static float upperHalf(long address) {
        return Float.float16ToFloat((short) (ALL.get(ValueLayout.JAVA_BYTE, address) << Byte.SIZE));
    }

    /** {@code COUNT} values of E5M2, as {@link #floats}. */
    private static FloatVector upperHalves(long address, int part) {
        var bits = (IntVector)
                ByteVector.fromMemorySegment(SOME, ALL, address, LITTLE).convertShape(B2I, INTS, part);
        return Widen.halves(bits.lanewise(LSHL, 13 + Byte.SIZE));
    }

    /** {@code to[i] = from[i] * factor} for as many whole vectors as there are; returns the number of elements. */
    static int run(DType dtype, long from, long to, int count, float factor) {
        int i = 0;
        for (; i <= count - TAKEN; i += TAKEN) {
            for (int part = 0; part < TAKEN / COUNT; part++) {
                var values = dtype == DType.F8_E5M2 ? upperHalves(from + i, part) : floats(from + i, part);
                OffHeap.set(to + 4L * (i + part * COUNT), values.mul(factor));
            }
        }
        return i;
    }

    /**
     * The dot product of a row of weights with activations that were multiplied by {@link #HALF_REBIAS}, divided by
     * that. If any weight is NaN, the result is NaN, whatever the activations; NaN is detected separately, four bytes
     * at a time.
     */
    static float dot(long w, long x, int length) {
        return TAKEN == COUNT ? wide(w, x, length) : narrow(w, x, length);
    }

    private static float wide(long w, long x, int length) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        var a2 = FloatVector.zero(FLOATS);
        var a3 = FloatVector.zero(FLOATS);
        var full = IntVector.zero(INTS);
        int i = 0;
        for (; i <= length - 4 * COUNT; i += 4 * COUNT) {
            long at = w + i;
            long from = x + 4L * i;
            full = full.or(IntVector.fromMemorySegment(INTS, ALL, at, LITTLE)
                    .and(0x7f7f7f7f)
                    .add(0x01010101));
            a0 = ((IntVector)
                            ByteVector.fromMemorySegment(SOME, ALL, at, LITTLE).convertShape(B2I, INTS, 0))
                    .lanewise(LSHL, 20)
                    .and(PLACED)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from, LITTLE), a0);
            a1 = ((IntVector) ByteVector.fromMemorySegment(SOME, ALL, at + COUNT, LITTLE)
                            .convertShape(B2I, INTS, 0))
                    .lanewise(LSHL, 20)
                    .and(PLACED)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from + 4L * COUNT, LITTLE), a1);
            a2 = ((IntVector) ByteVector.fromMemorySegment(SOME, ALL, at + 2 * COUNT, LITTLE)
                            .convertShape(B2I, INTS, 0))
                    .lanewise(LSHL, 20)
                    .and(PLACED)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from + 8L * COUNT, LITTLE), a2);
            a3 = ((IntVector) ByteVector.fromMemorySegment(SOME, ALL, at + 3 * COUNT, LITTLE)
                            .convertShape(B2I, INTS, 0))
                    .lanewise(LSHL, 20)
                    .and(PLACED)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromMemorySegment(FLOATS, ALL, from + 12L * COUNT, LITTLE), a3);
        }
        if ((full.reduceLanes(OR) & 0x80808080) != 0) {
            return Float.NaN;
        }
        return rest(w, x, i, length, Lanes.sum(a0.add(a1).add(a2.add(a3))));
    }

    private static float narrow(long w, long x, int length) {
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= length - TAKEN; i += TAKEN) {
            a0 = floats(w + i, 0).fma(OffHeap.floats(x + 4L * i), a0);
            a1 = floats(w + i, 1).fma(OffHeap.floats(x + 4L * (i + COUNT)), a1);
        }
        return rest(w, x, i, length, Lanes.sum(a0.add(a1)) / REBIAS);
    }

    private static float rest(long w, long x, int from, int length, float start) {
        float sum = start;
        for (int i = from; i < length; i++) {
            int bits = ALL.get(ValueLayout.JAVA_BYTE, w + i);
            if ((bits & NOT_A_NUMBER) == NOT_A_NUMBER) {
                return Float.NaN;
            }
            sum = Math.fma(Float.intBitsToFloat((bits << 20) & PLACED), OffHeap.get(x + 4L * i), sum);
        }
        return sum * HALF_REBIAS;
    }
}
