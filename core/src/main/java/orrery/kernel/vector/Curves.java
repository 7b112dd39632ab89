package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static orrery.kernel.vector.Lanes.BYTES;
import static orrery.kernel.vector.Lanes.FLOATS;
import static orrery.kernel.vector.OffHeap.ALL;
import static orrery.kernel.vector.OffHeap.LITTLE;

import jdk.incubator.vector.FloatVector;

/**
 * The functions of {@link Exponentials} over a contiguous run, in place, in whole vectors, with a scratch as long as
 * the run. Each formula is split into passes around one loop for {@code e^x}, and the passes call the Vector API
 * directly: only then does C2 keep every vector in a register (see {@link WideTile}); methods that return vectors
 * allocate 700 bytes for sixteen elements.
 */
final class Curves {
    /** Elements per run: they stay in the first-level cache. */
    static final int RUN = 256;

    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float ROUNDER = 0x1.8p23f;
    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final float ROOT_HALF = 0.70710678f;
    private static final float TWICE_ROOT_TWO_OVER_PI = 1.59576912f;

    private Curves() {}

    /** {@code x = e^x}; see {@link Exponentials#exp} for the error bounds and the constants. */
    static void exp(long x, int count) {
        long end = x + 4L * count;
        for (long at = x; at < end; at += BYTES) {
            var given = FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE);
            var y = given.blend(89f, given.compare(GE, 89f)).blend(-104.5f, given.compare(LT, -104.5f));
            var shifted = y.mul(LOG2_E).add(ROUNDER);
            var n = shifted.sub(ROUNDER);
            var r = n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), y));
            var p = FloatVector.broadcast(FLOATS, 1.395084289e-3f);
            p = p.fma(r, FloatVector.broadcast(FLOATS, 8.369093729e-3f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 4.166620053e-2f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 1.666651714e-1f));
            p = p.fma(r, FloatVector.broadcast(FLOATS, 5.000000097e-1f));
            var power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
            var half = power.lanewise(ASHR, 1);
            p.mul(r)
                    .fma(r, r)
                    .add(1f)
                    .mul(half.add(127).lanewise(LSHL, 23).reinterpretAsFloats())
                    .mul(power.sub(half).add(127).lanewise(LSHL, 23).reinterpretAsFloats())
                    .intoMemorySegment(ALL, at, LITTLE);
        }
    }

    /** {@code x = max(x, 0)}. */
    static void relu(long x, int count) {
        long end = x + 4L * count;
        for (long at = x; at < end; at += BYTES) {
            FloatVector.fromMemorySegment(FLOATS, ALL, at, LITTLE).max(0f).intoMemorySegment(ALL, at, LITTLE);
        }
    }

    /** {@code x = x * sigmoid(x)}. */
    static void silu(long x, long scratch, int count) {
        for (long i = 0; i < 4L * count; i += BYTES) {
            FloatVector.fromMemorySegment(FLOATS, ALL, x + i, LITTLE).neg().intoMemorySegment(ALL, scratch + i, LITTLE);
        }
        sigmoid(x, scratch, count);
    }

    /** {@code x = 0.5 x (1 + tanh(u)) = x * sigmoid(2 u)}. */
    static void geluTanh(long x, long scratch, int count) {
        for (long i = 0; i < 4L * count; i += BYTES) {
            var v = FloatVector.fromMemorySegment(FLOATS, ALL, x + i, LITTLE);
            v.mul(v)
                    .mul(0.044715f)
                    .add(1f)
                    .mul(v)
                    .mul(-TWICE_ROOT_TWO_OVER_PI)
                    .intoMemorySegment(ALL, scratch + i, LITTLE);
        }
        sigmoid(x, scratch, count);
    }

    /** {@code x = x / (1 + e^scratch)}. */
    private static void sigmoid(long x, long scratch, int count) {
        exp(scratch, count);
        for (long i = 0; i < 4L * count; i += BYTES) {
            var e = FloatVector.fromMemorySegment(FLOATS, ALL, scratch + i, LITTLE);
            FloatVector.fromMemorySegment(FLOATS, ALL, x + i, LITTLE)
                    .div(e.add(1f))
                    .intoMemorySegment(ALL, x + i, LITTLE);
        }
    }

    /** {@code x} times the standard normal distribution function of {@code x}. */
    static void geluErf(long x, long scratch, int count) {
        for (long i = 0; i < 4L * count; i += BYTES) {
            var y = FloatVector.fromMemorySegment(FLOATS, ALL, x + i, LITTLE).mul(ROOT_HALF);
            y.mul(y).neg().intoMemorySegment(ALL, scratch + i, LITTLE);
        }
        exp(scratch, count);
        for (long i = 0; i < 4L * count; i += BYTES) {
            var v = FloatVector.fromMemorySegment(FLOATS, ALL, x + i, LITTLE);
            var one = FloatVector.broadcast(FLOATS, 1f);
            var t = one.div(v.abs().mul(ROOT_HALF).mul(0.35f).add(1f));
            var p = FloatVector.broadcast(FLOATS, 4.132417550e-2f);
            p = p.fma(t, FloatVector.broadcast(FLOATS, -1.750800005e-1f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, 2.201572897e-1f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, -8.036064797e-2f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, 1.317740306e-1f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, 1.214517503e-1f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, 1.599020794e-1f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, 1.859843712e-1f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, 1.973757610e-1f));
            p = p.fma(t, FloatVector.broadcast(FLOATS, 1.974712004e-1f));
            var upper = p.mul(t)
                    .mul(FloatVector.fromMemorySegment(FLOATS, ALL, scratch + i, LITTLE))
                    .mul(0.5f);
            v.mul(upper.blend(one.sub(upper), v.compare(GE, 0f))).intoMemorySegment(ALL, x + i, LITTLE);
        }
    }

    /** {@code x = tanh x}. */
    static void tanh(long x, long scratch, int count) {
        for (long i = 0; i < 4L * count; i += BYTES) {
            var size = FloatVector.fromMemorySegment(FLOATS, ALL, x + i, LITTLE).abs();
            size.add(size).intoMemorySegment(ALL, scratch + i, LITTLE);
        }
        exp(scratch, count);
        for (long i = 0; i < 4L * count; i += BYTES) {
            var v = FloatVector.fromMemorySegment(FLOATS, ALL, x + i, LITTLE);
            var e = FloatVector.fromMemorySegment(FLOATS, ALL, scratch + i, LITTLE);
            var far = FloatVector.broadcast(FLOATS, 1f)
                    .sub(FloatVector.broadcast(FLOATS, 2f).div(e.add(1f)));
            var size = v.abs();
            var z = v.mul(v);
            var p = FloatVector.broadcast(FLOATS, -5.660780460e-3f);
            p = p.fma(z, FloatVector.broadcast(FLOATS, 2.060199915e-2f));
            p = p.fma(z, FloatVector.broadcast(FLOATS, -5.372922704e-2f));
            p = p.fma(z, FloatVector.broadcast(FLOATS, 1.333132892e-1f));
            p = p.fma(z, FloatVector.broadcast(FLOATS, -3.333327831e-1f));
            var result = far.blend(p.mul(z).fma(size, size), size.compare(LT, 0.625f));
            result.blend(result.neg(), v.compare(LT, 0f)).intoMemorySegment(ALL, x + i, LITTLE);
        }
    }

    /**
     * {@code x = cap * tanh(x / cap)}, any number of elements.
     *
     * @param scratch {@code 2 * RUN} floats
     */
    static void cap(long x, float cap, int length, long scratch) {
        long second = scratch + 4L * RUN;
        for (int i = 0; i < length; i += RUN) {
            int taken = Math.min(RUN, length - i);
            Sums.scaled(scratch, x + 4L * i, 1 / cap, taken);
            tanh(scratch, second, whole(scratch, taken));
            Sums.scaled(x + 4L * i, scratch, cap, taken);
        }
    }

    /** Pads with zeros to whole vectors; returns the new number of elements. */
    static int whole(long x, int count) {
        int whole = (count + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
        for (int i = count; i < whole; i++) {
            OffHeap.set(x + 4L * i, 0f);
        }
        return whole;
    }
}
