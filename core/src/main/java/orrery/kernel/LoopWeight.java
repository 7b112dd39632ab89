package orrery.kernel;

import orrery.tensor.Matrix;

/** A copy of a matrix on the heap, {@code [inputs, outputs]}. */
abstract sealed class LoopWeight extends Weight {
    /** Outputs that are turned at a time: as many floats as a cache line has. */
    private static final int TURNED = 16;

    /** The exponent that BF16 writes for infinities and NaN. */
    private static final int INFINITE = 255;

    /** The largest exponent of F16, as it is written. */
    private static final int LARGEST_HALF = 30;

    /** What F32 and BF16 write for an exponent beyond what F16 does. */
    private static final int BIAS_DIFFERENCE = 127 - 15;

    /** Below this, the scale were no normal float. */
    private static final int LOWERED_LEAST = 1;

    /** The smallest normal number of F16, as it is written. */
    private static final int SMALLEST_NORMAL = 1 << 10;

    private LoopWeight(Kernels owner, Matrix matrix) {
        super(owner, matrix.rows(), matrix.columns());
    }

    @Override
    public final boolean packed() {
        return true;
    }

    /** Exactly what the file has. */
    static final class Floats extends LoopWeight {
        final float[] weights;

        private Floats(Kernels owner, Matrix matrix, float[] weights) {
            super(owner, matrix);
            this.weights = weights;
        }
    }

    /**
     * BF16 or F16 as F16 times {@code scale}, a power of two. C2 makes vectors of {@code float16ToFloat}, but not of
     * the shift that widens BF16 (Java 25), and half the bytes of floats come through the caches. A fraction of BF16
     * fits F16 exactly; only elements below 2^-29 of the matrix's largest become zero.
     */
    static final class Halves extends LoopWeight {
        final short[] weights;
        final float scale;

        private Halves(Kernels owner, Matrix matrix, short[] weights, float scale) {
            super(owner, matrix);
            this.weights = weights;
            this.scale = scale;
        }
    }

    /** Copies a matrix. */
    static LoopWeight of(Kernels owner, Matrix matrix) {
        if (matrix.scales().isPresent()) {
            return floats(owner, matrix);
        }
        return switch (matrix.dtype()) {
            case F16 -> new Halves(owner, matrix, turned(matrix, 0), 1);
            case BF16 -> {
                int largest = largestExponent(matrix);
                if (largest == INFINITE) {
                    yield floats(owner, matrix);
                }
                int lowered = largest - LARGEST_HALF;
                yield lowered < LOWERED_LEAST
                        ? floats(owner, matrix)
                        : new Halves(
                                owner,
                                matrix,
                                turned(matrix, lowered << 10),
                                Math.scalb(1f, lowered - BIAS_DIFFERENCE));
            }
            default -> floats(owner, matrix);
        };
    }

    private static Floats floats(Kernels owner, Matrix matrix) {
        var copy = new float[matrix.columns() * matrix.rows()];
        for (int i = 0; i < matrix.columns(); i++) {
            for (int o = 0; o < matrix.rows(); o++) {
                copy[i * matrix.rows() + o] = Elements.of(matrix, o, i);
            }
        }
        return new Floats(owner, matrix, copy);
    }

    private static int largestExponent(Matrix matrix) {
        boolean along = matrix.layout() == Matrix.Layout.OUT_IN;
        int runs = along ? matrix.rows() : matrix.columns();
        var some = new short[along ? matrix.columns() : matrix.rows()];
        int largest = 0;
        for (int run = 0; run < runs; run++) {
            LoopArrays.bits(matrix, run * matrix.stride(), some, 0, some.length);
            largest = Math.max(largest, largest(some));
        }
        return largest >> 7;
    }

    private static int largest(short[] bits) {
        int largest = 0;
        for (int i = 0; i < bits.length; i++) {
            largest = Math.max(largest, bits[i] & 0x7FFF);
        }
        return largest;
    }

    /**
     * The elements as {@code [inputs, outputs]}; BF16 as F16 where {@code lowered}, shifted exponents to subtract, is
     * not 0.
     */
    private static short[] turned(Matrix matrix, int lowered) {
        int outputs = matrix.rows();
        int inputs = matrix.columns();
        var copy = new short[inputs * outputs];
        boolean along = matrix.layout() == Matrix.Layout.OUT_IN;
        int runs = along ? outputs : inputs;
        int length = along ? inputs : outputs;
        var some = new short[TURNED * length];
        for (int run = 0; run < runs; run += TURNED) {
            int count = Math.min(TURNED, runs - run);
            for (int k = 0; k < count; k++) {
                LoopArrays.bits(matrix, (run + k) * matrix.stride(), some, k * length, length);
            }
            if (lowered != 0) {
                halve(some, count * length, lowered);
            }
            if (along) {
                turn(some, length, count, copy, run, outputs);
            } else {
                System.arraycopy(some, 0, copy, run * length, count * length);
            }
        }
        return copy;
    }

    private static void turn(short[] some, int inputs, int count, short[] copy, int first, int outputs) {
        for (int i = 0; i < inputs; i++) {
            for (int k = 0; k < count; k++) {
                copy[i * outputs + first + k] = some[k * inputs + i];
            }
        }
    }

    /** BF16 to F16 in place: the exponent lowered, and what is too small for that made zero, without a branch. */
    private static void halve(short[] bits, int count, int lowered) {
        for (int i = 0; i < count; i++) {
            int size = ((bits[i] & 0x7FFF) << 3) - lowered;
            bits[i] = (short) ((bits[i] & 0x8000) | (size & ~((size - SMALLEST_NORMAL) >> 31)));
        }
    }
}
