package orrery.lab.tape;

import orrery.kernel.Activations;
import orrery.spec.Activation;

/** The derivatives of the non-linearities, in double. */
final class Slopes {
    private static final double ROOT = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    private Slopes() {}

    static double of(Activation activation, double x) {
        return switch (activation) {
            case SILU -> {
                double share = 1 / (1 + Math.exp(-x));
                yield share * (1 + x * (1 - share));
            }
            case GELU_TANH -> {
                double tanh = Math.tanh(ROOT * (x + CUBIC * x * x * x));
                yield 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * ROOT * (1 + 3 * CUBIC * x * x);
            }
            case GELU_ERF -> Activations.normalShareBelow(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            case RELU -> x > 0 ? 1 : 0;
        };
    }
}
