package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import orrery.tensor.DType;

/** Widens weights to floats, exactly, including subnormals, infinities and NaN. */
final class Widen {
    static final int HALF_INFINITY = 0x7c00 << 13;
    static final int INFINITY = 0x7f800000;
    /**
     * The sign bits after sign extension, and the fifteen bits of a half's magnitude, shifted to their place in a
     * float.
     */
    static final int HALF_BITS = 0x8fffe000;
    /**
     * A half's exponent bias is 15, a float's 127. Multiplying by a power of two is exact, and normalizes subnormals.
     */
    static final float REBIAS = 0x1p112f;

    private Widen() {}

    static FloatVector brainFloats(long address) {
        return Lanes.floats(
                Lanes.widened(OffHeap.shorts(address), ZERO_EXTEND_S2I).lanewise(LSHL, 16));
    }

    static FloatVector halfFloats(long address) {
        return halves(Lanes.widened(OffHeap.shorts(address), S2I).lanewise(LSHL, 13));
    }

    /** Converts halves whose sign and magnitude were shifted to their place in a float. */
    static FloatVector halves(IntVector placed) {
        var bits = placed.and(HALF_BITS);
        var values = bits.reinterpretAsFloats().mul(REBIAS).reinterpretAsInts();
        // After rebiasing, a half's infinity would be 65536, so give it a float's exponent.
        return Lanes.floats(
                values.blend(values.or(INFINITY), bits.and(0x7fffffff).compare(GE, HALF_INFINITY)));
    }

    static float half(long address) {
        return Float.float16ToFloat(OffHeap.getShort(address));
    }

    static float brain(long address) {
        return Float.intBitsToFloat(OffHeap.getShort(address) << 16);
    }

    /** One element of a dtype of weights. */
    static float element(DType dtype, long address) {
        return switch (dtype) {
            case F32 -> OffHeap.get(address);
            case F16 -> half(address);
            case BF16 -> brain(address);
            case F8_E4M3 -> Fp8.element(address);
            case F8_E5M2 -> Fp8.upperHalf(address);
            default -> throw new IllegalArgumentException("one element of " + dtype + " is no weight by itself");
        };
    }

    /** {@code to[i] = from[i] * factor}, {@code count} elements of a contiguous run. */
    static void run(DType dtype, long from, long to, int count, float factor) {
        int i = switch (dtype) {
            case F32 -> singles(from, to, count, factor);
            case F16 -> halves(from, to, count, factor);
            case BF16 -> brains(from, to, count, factor);
            case F8_E4M3, F8_E5M2 -> Fp8.run(dtype, from, to, count, factor);
            default -> throw new IllegalArgumentException("a run of " + dtype + " is no run of elements");
        };
        for (; i < count; i++) {
            OffHeap.set(to + 4L * i, element(dtype, from + (long) i * dtype.bytes()) * factor);
        }
    }

    private static int singles(long from, long to, int count, float factor) {
        int i = 0;
        for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(to + 4L * i, OffHeap.floats(from + 4L * i).mul(factor));
        }
        return i;
    }

    private static int halves(long from, long to, int count, float factor) {
        int i = 0;
        for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(to + 4L * i, halfFloats(from + 2L * i).mul(factor));
        }
        return i;
    }

    private static int brains(long from, long to, int count, float factor) {
        int i = 0;
        for (; i <= count - Lanes.COUNT; i += Lanes.COUNT) {
            OffHeap.set(to + 4L * i, brainFloats(from + 2L * i).mul(factor));
        }
        return i;
    }
}
