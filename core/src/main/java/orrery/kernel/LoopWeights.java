package orrery.kernel;

import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** A copy of a matrix on the heap, {@code [inputs, outputs]}. */
sealed interface LoopWeights {
    /** Outputs that are turned at a time: as many floats as a cache line has. */
    int TURNED = 16;

    /** Exactly what the file has. */
    record Floats(float[] weights) implements LoopWeights {}

    /**
     * BF16 or F16 as F16 times {@code scale}, a power of two. C2 makes vectors of {@code float16ToFloat}, but not of the shift that
     * widens BF16 (Java 25), and half the bytes of floats come through the caches. A fraction of BF16 fits F16 exactly; only elements
     * below 2^-29 of the matrix's largest are rounded, by 2^-40 of it at most.
     */
    record Halves(short[] weights, float scale) implements LoopWeights {}

    /** Bytes of the copy of a matrix. */
    static long bytes(Matrix matrix) {
        return (long) matrix.columns() * matrix.rows() * (halves(matrix) ? Short.BYTES : Float.BYTES);
    }

    private static boolean halves(Matrix matrix) {
        return matrix.scales().isEmpty() && (matrix.dtype() == DType.BF16 || matrix.dtype() == DType.F16);
    }

    /** Copies a matrix. */
    static LoopWeights of(Matrix matrix) {
        int outputs = matrix.rows();
        int inputs = matrix.columns();
        if (!halves(matrix)) {
            var copy = new float[inputs * outputs];
            for (int i = 0; i < inputs; i++) {
                for (int o = 0; o < outputs; o++) {
                    copy[i * outputs + o] = Elements.of(matrix, o, i);
                }
            }
            return new Floats(copy);
        }
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
            if (along) {
                turn(some, length, count, copy, run, outputs);
            } else {
                System.arraycopy(some, 0, copy, run * length, count * length);
            }
        }
        return new Halves(copy, matrix.dtype() == DType.BF16 ? halve(copy) : 1);
    }

    private static void turn(short[] some, int inputs, int count, short[] copy, int first, int outputs) {
        for (int i = 0; i < inputs; i++) {
            for (int k = 0; k < count; k++) {
                copy[i * outputs + first + k] = some[k * inputs + i];
            }
        }
    }

    /** Turns BF16 into F16 in place, and says what to multiply it with. */
    private static float halve(short[] bits) {
        int largest = 0;
        for (int i = 0; i < bits.length; i++) {
            largest = Math.max(largest, bits[i] & 0x7FFF);
        }
        // The largest gets F16's largest exponent, 15; infinities and NaN stay what they are at any scale.
        int exponent = Math.clamp(Math.getExponent(Float.intBitsToFloat(largest << 16)), -100, 127) - 15;
        float factor = Math.scalb(1f, -exponent);
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToFloat16(Float.intBitsToFloat(bits[i] << 16) * factor);
        }
        return Math.scalb(1f, exponent);
    }
}
