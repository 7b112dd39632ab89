package orrery.kernel.jit;

/**
 * Emits the exponential function, and functions based on it, lane by lane in single precision. NaN stays NaN.
 * Polynomials minimize the largest error on the range given for each (Lawson's iteration at 400 Chebyshev nodes); the
 * error bounds below are tested.
 */
final class CurveWriter {
    static final float LOG2_E = 1.44269504f;
    // ln 2 in two parts: the first has few enough bits that its product with an exponent is exact.
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it rounds to the nearest integer, which is then in the lowest bits. */
    private static final float ROUNDER = 0x1.8p23f;

    /** (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2, the highest power first. */
    private static final float[] EXPONENTIAL = {
        1.395084289e-3f, 8.369093729e-3f, 4.166620053e-2f, 1.666651714e-1f, 5.000000097e-1f
    };
    /** (tanh(x) / x - 1) / x^2 on |x| <= 0.632, of x^2. */
    private static final float[] TANH = {
        -5.660780460e-3f, 2.060199915e-2f, -5.372922704e-2f, 1.333132892e-1f, -3.333327831e-1f
    };
    /** erfc(y) e^(y^2) / t on 0.18 <= t <= 1, of t = 1 / (1 + 0.35 y); beyond, e^(-y^2) is 0. */
    private static final float[] COMPLEMENT = {
        4.132417550e-2f,
        -1.750800005e-1f,
        2.201572897e-1f,
        -8.036064797e-2f,
        1.317740306e-1f,
        1.214517503e-1f,
        1.599020794e-1f,
        1.859843712e-1f,
        1.973757610e-1f,
        1.974712004e-1f
    };

    private static final double LN2 = 0.6931471805599453;
    private static final float ROOT_HALF = 0.70710678f;
    private static final float TWICE_ROOT_TWO_OVER_PI = 1.59576912f;
    private static final int SIGN = 0x80000000;
    /** Below this, powers of two are 0: negligible compared with the largest weight of a softmax, which is 1. */
    private static final float LEAST = -126f;

    private final RunWriter run;
    private final Assembler code;
    /** The registers that a curve overwrites besides its argument. */
    private final Vector a;

    private final Vector b;
    private final Vector c;
    private final Vector mask;

    CurveWriter(RunWriter run, Vector a, Vector b, Vector c, Vector mask) {
        this.run = run;
        code = run.code;
        this.a = a;
        this.b = b;
        this.c = c;
        this.mask = mask;
    }

    /** {@code p = p(x)}. */
    private void polynomial(Vector p, Vector x, float[] coefficients) {
        run.fill(p, coefficients[0]);
        for (int i = 1; i < coefficients.length; i++) {
            code.vfmadd213ps(p, x, run.all(coefficients[i]));
        }
    }

    /**
     * {@code x = e^x}, relative error at most 2e-7; infinite beyond 88.73, below -87.33 subnormal, then 0. Overwrites
     * the first two.
     */
    void exp(Vector x) {
        var n = a;
        var p = b;
        // Clamp to the range without overflow. vminps returns the second operand if one is NaN.
        run.fill(p, 89f);
        code.vminps(x, p, x);
        run.fill(p, -104.5f);
        code.vmaxps(x, p, x);
        run.fill(n, LOG2_E);
        code.vfmadd213ps(n, x, run.all(ROUNDER));
        code.vsubps(p, n, run.all(ROUNDER));
        code.vfnmadd231ps(x, p, run.all(LN2_HIGH));
        code.vfnmadd231ps(x, p, run.all(LN2_LOW));
        polynomial(p, x, EXPONENTIAL);
        code.vmulps(p, p, x);
        code.vfmadd213ps(p, x, x);
        code.vaddps(p, p, run.all(1f));
        // Multiply by 2^n in two factors: n may be 128 or -151, for which one factor would be out of range. AVX-512's
        // vscalefps does the same, but took longer than these seven instructions.
        code.vpsubd(n, n, run.all(ROUNDER));
        code.vpsrad(x, n, 1);
        code.vpsubd(n, n, x);
        timesPowerOfTwo(p, x);
        timesPowerOfTwo(p, n);
        code.vmovaps(x, p);
    }

    /** {@code x *= 2^n} for integers n. */
    private void timesPowerOfTwo(Vector x, Vector n) {
        code.vpaddd(n, n, run.allBits(127));
        code.vpslld(n, n, 23);
        code.vmulps(x, x, n);
    }

    /**
     * {@code x = 2^x} for numbers up to 0, relative error at most 2e-7; 0 below {@value #LEAST}, and NaN stays NaN.
     * Overwrites the first two.
     */
    void power(Vector x) {
        var n = a;
        var p = b;
        if (run.wide) {
            code.vcmpps(Opmask.K2, Opmask.K0, x, run.all(LEAST), RunWriter.NOT_LESS);
        } else {
            code.vcmpps(mask, x, run.all(LEAST), RunWriter.NOT_LESS);
        }
        code.vaddps(n, x, run.all(ROUNDER));
        code.vsubps(p, n, run.all(ROUNDER));
        code.vsubps(x, x, p);
        run.fill(p, scaled(0, 6));
        for (int i = 1; i < EXPONENTIAL.length; i++) {
            code.vfmadd213ps(p, x, run.all(scaled(i, 6 - i)));
        }
        code.vfmadd213ps(p, x, run.all((float) LN2));
        code.vfmadd213ps(p, x, run.all(1f));
        // Moves the integer's lowest bits to the exponent and drops all others. Multiplied, so that NaN stays NaN.
        code.vpslld(n, n, 23);
        code.vpaddd(n, n, run.all(1f));
        if (run.wide) {
            code.vmulps(x.zeroed(Opmask.K2), p, n);
        } else {
            code.vmulps(x, p, n);
            code.vandps(x, x, mask);
        }
    }

    private static float scaled(int index, int power) {
        return (float) (EXPONENTIAL[index] * Math.pow(LN2, power));
    }

    /** {@code x = tanh x}, relative error at most 4e-7. Overwrites all. */
    void tanh(Vector x) {
        var e = c;
        code.vandps(e, x, run.allBits(~SIGN));
        code.vaddps(e, e, e);
        exp(e);
        var near = a;
        var other = b;
        code.vaddps(e, e, run.all(1f));
        run.fill(near, 2f);
        code.vdivps(e, near, e);
        run.fill(near, 1f);
        code.vsubps(e, near, e);
        code.vmulps(other, x, x);
        polynomial(near, other, TANH);
        code.vmulps(near, near, other);
        code.vandps(other, x, run.allBits(~SIGN));
        code.vfmadd213ps(near, other, other);
        run.choose(e, other, RunWriter.LESS, run.all(0.625f), near, e, mask);
        code.vandps(x, x, run.allBits(SIGN));
        code.vorps(x, x, e);
    }

    /** {@code x = max(x, 0)}. */
    void relu(Vector x) {
        run.clear(a);
        code.vmaxps(x, a, x);
    }

    /** {@code x = x * sigmoid(x)}. */
    void silu(Vector x) {
        code.vxorps(c, x, run.allBits(SIGN));
        sigmoid(x);
    }

    /** {@code x = 0.5 x (1 + tanh(u)) = x * sigmoid(2 u)}: no cancellation for tanh near -1. */
    void geluTanh(Vector x) {
        code.vmulps(c, x, x);
        code.vmulps(c, c, run.all(0.044715f));
        code.vaddps(c, c, run.all(1f));
        code.vmulps(c, c, x);
        code.vmulps(c, c, run.all(-TWICE_ROOT_TWO_OVER_PI));
        sigmoid(x);
    }

    /** {@code x = x / (1 + e^c)}. */
    private void sigmoid(Vector x) {
        exp(c);
        code.vaddps(c, c, run.all(1f));
        code.vdivps(x, x, c);
    }

    /**
     * {@code x} times the standard normal distribution function, {@code (1 + erf(x / sqrt 2)) / 2}, absolute error at
     * most 2e-7.
     */
    void geluErf(Vector x) {
        var e = c;
        code.vmulps(e, x, run.all(ROOT_HALF));
        code.vmulps(e, e, e);
        code.vxorps(e, e, run.allBits(SIGN));
        exp(e);
        var t = a;
        var p = b;
        code.vandps(t, x, run.allBits(~SIGN));
        code.vmulps(t, t, run.all(ROOT_HALF));
        code.vmulps(t, t, run.all(0.35f));
        code.vaddps(t, t, run.all(1f));
        run.fill(p, 1f);
        code.vdivps(t, p, t);
        polynomial(p, t, COMPLEMENT);
        code.vmulps(p, p, t);
        code.vmulps(p, p, e);
        code.vmulps(p, p, run.all(0.5f));
        run.fill(e, 1f);
        code.vsubps(e, e, p);
        run.clear(t);
        run.choose(p, x, RunWriter.LESS, t, p, e, mask);
        code.vmulps(x, x, p);
    }
}
