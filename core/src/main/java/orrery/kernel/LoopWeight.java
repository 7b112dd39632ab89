package orrery.kernel;

import orrery.tensor.Matrix;

/** A copy of a matrix on the heap, {@code [inputs, outputs]}. */
abstract sealed class LoopWeight extends Weight {
    /** Outputs that are transposed at a time: as many floats as a cache line has. */
    private static final int TURNED = 16;

    /** BF16's exponent field of infinities and NaN. */
    private static final int INFINITE = 255;

    /** F16's largest exponent field. */
    private static final int LARGEST_HALF = 30;

    /** The difference between the exponent fields of F32 or BF16 and of F16. */
    private static final int BIAS_DIFFERENCE = 127 - 15;

    /** Below this, the scale would not be a normal float. */
    private static final int LOWERED_LEAST = 1;

    /** The smallest normal F16 number's bits. */
    private static final int SMALLEST_NORMAL = 1 << 10;

    private LoopWeight(Kernels owner, Matrix matrix) {
        super(owner, matrix.rows(), matrix.columns());
    }

    @Override
    public final boolean packed() {
        return true;
    }

    /** Exactly the file's values. */
    static final class Floats extends LoopWeight {
        final float[] weights;

        private Floats(Kernels owner, Matrix matrix, float[] weights) {
            super(owner, matrix);
            this.weights = weights;
        }
    }

    /**
     * BF16 or F16, stored as F16 times {@code scale}, a power of two. C2 vectorizes {@code float16ToFloat}, but not the
     * shift that widens BF16 (Java 25), and halves need half the memory bandwidth of floats. A BF16 fraction fits into
     * F16 exactly; only elements below 2^-29 of the matrix's largest become zero.
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
     * The elements as {@code [inputs, outputs]}; BF16 as F16 if {@code lowered}, which is subtracted from exponents, is
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

    /**
     * Converts BF16 to F16 in place, without a branch: lowers the exponent, and turns what is then too small into zero.
     */
    private static void halve(short[] bits, int count, int lowered) {
        for (int i = 0; i < count; i++) {
            int size = ((bits[i] & 0x7FFF) << 3) - lowered;
            bits[i] = (short) ((bits[i] & 0x8000) | (size & ~((size - SMALLEST_NORMAL) >> 31)));
        }
    }
}
