package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;

/**
 * The steps of an online softmax over one query's scores. Scores are binary logarithms, that is, multiplied by
 * {@link #LOG2_E}, because powers of two cost less than powers of e. Counts are whole vectors; the scratch is one
 * vector. See {@link WideTile} for why the API is called directly.
 */
final class Softmax {
    /** The factor of scores. */
    static final float LOG2_E = 1.44269504f;

    private static final double LN2 = 0.6931471805599453;
    /** Rounds a small number: the lowest bits of the sum are the nearest integer. */
    private static final float ROUNDER = 0x1.8p23f;

    private static final int ONE_BITS = Float.floatToRawIntBits(1f);
    /** Below this, weights are 0: negligible compared with the largest, which is 1. */
    private static final float LEAST = -126f;
    // The coefficients of Curves.exp, multiplied by powers of ln 2.
    private static final float C6 = (float) (1.395084289e-3 * LN2 * LN2 * LN2 * LN2 * LN2 * LN2);
    private static final float C5 = (float) (8.369093729e-3 * LN2 * LN2 * LN2 * LN2 * LN2);
    private static final float C4 = (float) (4.166620053e-2 * LN2 * LN2 * LN2 * LN2);
    private static final float C3 = (float) (1.666651714e-1 * LN2 * LN2 * LN2);
    private static final float C2 = (float) (5.000000097e-1 * LN2 * LN2);
    private static final float C1 = (float) LN2;

    private Softmax() {}

    /** The largest score; NaN is skipped, since its weight is NaN anyway. */
    static float most(long scores, int count, long scratch) {
        var most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (long at = scores; at < scores + 4L * count; at += BYTES) {
            // Not max, which takes several instructions to treat NaN as Java does.
            var score = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            most = most.blend(score, score.compare(GT, most));
        }
        // Through memory: a vector parameter becomes an object wherever C2 does not inline the method.
        most.intoMemorySegment(ALL, scratch, LITTLE);
        float largest = OffHeap.get(scratch);
        for (int i = 1; i < Lanes.COUNT; i++) {
            largest = Math.max(largest, OffHeap.get(scratch + 4L * i));
        }
        return largest;
    }

    /** Turns scores into weights {@code 2^(score - most)}, and returns their sum. No score is above {@code most}. */
    static float weigh(long scores, int count, float most, long scratch) {
        var sum = FloatVector.zero(FLOATS);
        for (long at = scores; at < scores + 4L * count; at += BYTES) {
            var y = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE).sub(most);
            var shifted = y.add(ROUNDER);
            var r = y.sub(shifted.sub(ROUNDER));
            var p = FloatVector.broadcast(FLOATS, C6);
            p = p.fma(r, FloatVector.broadcast(FLOATS, C5));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C4));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C3));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C2));
            p = p.fma(r, FloatVector.broadcast(FLOATS, C1));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 1f));
            // Moves the integer's lowest bits to the exponent and drops all others. Multiplied, so that NaN stays NaN.
            var weight = shifted.reinterpretAsInts()
                    .lanewise(LSHL, 23)
                    .add(ONE_BITS)
                    .reinterpretAsFloats()
                    .mul(p)
                    .blend(0f, y.compare(LT, LEAST));
            weight.intoMemorySegment(ALL, at, LITTLE);
            sum = sum.add(weight);
        }
        sum.intoMemorySegment(ALL, scratch, LITTLE);
        float even = 0;
        float odd = 0;
        for (int i = 0; i < Lanes.COUNT; i += 2) {
            even += OffHeap.get(scratch + 4L * i);
            odd += OffHeap.get(scratch + 4L * i + 4);
        }
        return even + odd;
    }

    /** {@code 2^x}. */
    static float power(float x) {
        return (float) Math.exp(LN2 * x);
    }

    /** Fills with one value from {@code from} to {@code to}. */
    static void fill(long scores, int from, int to, float value) {
        for (int i = from; i < to; i++) {
            OffHeap.set(scores + 4L * i, value);
        }
    }
}
