package orrery.kernel;

import orrery.spec.Activation;

/** The activation functions, in double. */
public final class Activations {
    private Activations() {}

    /** The non-linearity at {@code x}. */
    public static double apply(Activation activation, double x) {
        return switch (activation) {
            case SILU -> x / (1 + Math.exp(-x));
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case GELU_ERF -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
            case RELU -> Math.max(x, 0);
        };
    }

    /** The standard normal distribution function. */
    public static double normalShareBelow(double x) {
        return 0.5 * (1 + erf(x / Math.sqrt(2)));
    }

    /**
     * The error function: its Taylor series near zero, the continued fraction of its complement beyond; accurate to
     * 1e-15.
     */
    static double erf(double x) {
        double size = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (size > 6) {
            return Math.signum(x);
        }
        double result;
        if (size < 2.5) {
            double term = size;
            double sum = size;
            for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
                term *= -size * size / n;
                sum += term / (2 * n + 1);
            }
            result = 2 / Math.sqrt(Math.PI) * sum;
        } else {
            double fraction = 0;
            for (int n = 60; n >= 1; n--) {
                fraction = n / 2.0 / (size + fraction);
            }
            result = 1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction);
        }
        return Math.copySign(result, x);
    }
}
