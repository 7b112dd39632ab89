package orrery.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static orrery.kernel.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The exponential function, and functions based on it, in single precision. NaN stays NaN. Polynomials minimize the
 * largest error on the range given for each (Lawson's iteration at 400 Chebyshev nodes); the error bounds below are
 * tested.
 */
final class Exponentials {
    private static final float LOG2_E = 1.44269504f;
    // ln 2 in two parts: the first has few enough bits that its product with an exponent is exact.
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it rounds to the nearest integer, which is then in the lowest bits. */
    private static final float ROUNDER = 0x1.8p23f;

    private static final float ROOT_HALF = 0.70710678f;
    private static final float ROOT_TWO_OVER_PI = 0.79788456f;

    private Exponentials() {}

    /**
     * {@code e^x}, relative error at most 2e-7; infinite beyond 88.73, below -87.33 subnormal, then 0.
     *
     * <p>In four steps that hot loops call one by one: once the whole is compiled on its own, it is too big for C2 to
     * inline, and every result would be an object.
     */
    static FloatVector exp(FloatVector x) {
        var y = clamped(x);
        var n = shifted(y);
        return scaled(mantissa(y, n), n);
    }

    /**
     * Clamps to the range without overflow in the following steps. Comparisons instead of min and max, so that NaN
     * passes through.
     */
    static FloatVector clamped(FloatVector x) {
        return x.blend(89f, x.compare(GE, 89f)).blend(-104.5f, x.compare(LT, -104.5f));
    }

    /** {@code x / ln 2}, rounded, in the lowest bits. */
    static FloatVector shifted(FloatVector x) {
        return x.mul(LOG2_E).add(ROUNDER);
    }

    /** {@code e^r} of the remainder of rounding, {@code |r| <= ln 2 / 2}. */
    static FloatVector mantissa(FloatVector x, FloatVector shifted) {
        var n = shifted.sub(ROUNDER);
        var r = n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), x));
        // (e^r - 1 - r) / r^2
        var p = FloatVector.broadcast(FLOATS, 1.395084289e-3f);
        p = p.fma(r, FloatVector.broadcast(FLOATS, 8.369093729e-3f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 4.166620053e-2f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 1.666651714e-1f));
        p = p.fma(r, FloatVector.broadcast(FLOATS, 5.000000097e-1f));
        return p.mul(r).fma(r, r).add(1f);
    }

    /** Multiplies by {@code 2^n} in two factors: n may be 128 or -151, for which one factor would be out of range. */
    static FloatVector scaled(FloatVector mantissa, FloatVector shifted) {
        var power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER));
        var half = power.lanewise(ASHR, 1);
        return mantissa.mul(half.add(127).lanewise(LSHL, 23).reinterpretAsFloats())
                .mul(power.sub(half).add(127).lanewise(LSHL, 23).reinterpretAsFloats());
    }

    /** {@code tanh x}, relative error at most 4e-7. */
    static FloatVector tanh(FloatVector x) {
        var size = x.abs();
        var e = exp(size.add(size));
        var far = FloatVector.broadcast(FLOATS, 1f)
                .sub(FloatVector.broadcast(FLOATS, 2f).div(e.add(1f)));
        var z = x.mul(x);
        // (tanh(x) / x - 1) / x^2 on |x| <= 0.632
        var p = FloatVector.broadcast(FLOATS, -5.660780460e-3f);
        p = p.fma(z, FloatVector.broadcast(FLOATS, 2.060199915e-2f));
        p = p.fma(z, FloatVector.broadcast(FLOATS, -5.372922704e-2f));
        p = p.fma(z, FloatVector.broadcast(FLOATS, 1.333132892e-1f));
        p = p.fma(z, FloatVector.broadcast(FLOATS, -3.333327831e-1f));
        var near = p.mul(z).fma(size, size);
        var result = far.blend(near, size.compare(LT, 0.625f));
        return result.blend(result.neg(), x.compare(LT, 0f));
    }

    /** The standard normal distribution function, {@code (1 + erf(x / sqrt 2)) / 2}, absolute error at most 2e-7. */
    static FloatVector normal(FloatVector x) {
        var y = x.abs().mul(ROOT_HALF);
        var t = FloatVector.broadcast(FLOATS, 1f).div(y.mul(0.35f).add(1f));
        // erfc(y) e^(y^2) / t on 0.18 <= t <= 1; beyond, e^(-y^2) is 0
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
        var upper = p.mul(t).mul(exp(y.mul(y).neg())).mul(0.5f);
        return upper.blend(FloatVector.broadcast(FLOATS, 1f).sub(upper), x.compare(GE, 0f));
    }

    /** {@code x * sigmoid(x)}. */
    static FloatVector silu(FloatVector x) {
        return x.div(exp(x.neg()).add(1f));
    }

    /** {@code 0.5 x (1 + tanh(u)) = x * sigmoid(2 u)}: no cancellation for tanh near -1. */
    static FloatVector geluTanh(FloatVector x) {
        var u = x.mul(x).mul(0.044715f).add(1f).mul(x).mul(2 * ROOT_TWO_OVER_PI);
        return x.div(exp(u.neg()).add(1f));
    }

    /** {@code x} times the normal distribution function. */
    static FloatVector geluErf(FloatVector x) {
        return x.mul(normal(x));
    }
}
