package orrery.kernel;

import orrery.tensor.Tensor;

/** The operations of parallel residual streams and sparse activations (Gemma 3n). */
public interface StreamKernels {

    /** {@code out = x}. */
    default void copy(Tensor out, Tensor x, int rows) {
        long bytes = rows * x.columns() * Float.BYTES;
        out.data().asSlice(0, bytes).copyFrom(x.data().asSlice(0, bytes));
    }

    /** {@code x *= factor}. */
    default void scale(Tensor x, float factor, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(x, r, c, Elements.of(x, r, c) * factor);
            }
        }
    }

    /** {@code out[r] += x[r] * coefficients[r, column]}. */
    default void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {
        for (int r = 0; r < rows; r++) {
            float factor = Elements.of(coefficients, r, column);
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(out, r, c, Elements.of(out, r, c) + Elements.of(x, r, c) * factor);
            }
        }
    }

    /** {@code out[r] = x[r] - y[r]}. */
    default void subtract(Tensor out, Tensor x, Tensor y, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(out, r, c, Elements.of(x, r, c) - Elements.of(y, r, c));
            }
        }
    }

    /** {@code out[r] = x[r] * weight}, element by element; {@code weight} is one row. */
    default void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(out, r, c, Elements.of(x, r, c) * Elements.of(weight, 0, c));
            }
        }
    }

    /** {@code x = tanh(x)}. */
    default void tanh(Tensor x, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(x, r, c, (float) Math.tanh(Elements.of(x, r, c)));
            }
        }
    }

    /** {@code x[r] *= rms(like[r]) / sqrt(max(mean(x[r]^2), floor))}: scales a row to the magnitude of another one. */
    default void matchSize(Tensor x, Tensor like, double floor, int rows) {
        for (int r = 0; r < rows; r++) {
            double wanted = Math.sqrt(meanSquare(like, r));
            float factor = (float) (wanted / Math.sqrt(Math.max(meanSquare(x, r), floor)));
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(x, r, c, Elements.of(x, r, c) * factor);
            }
        }
    }

    private static double meanSquare(Tensor x, int row) {
        double squares = 0;
        for (int c = 0; c < x.columns(); c++) {
            double value = Elements.of(x, row, c);
            squares += value * value;
        }
        return squares / x.columns();
    }

    /** {@code x[r] = max(x[r] - (mean(x[r]) + deviations * std(x[r])), 0)}: all but the largest few become zero. */
    default void cutSmall(Tensor x, double deviations, int rows) {
        for (int r = 0; r < rows; r++) {
            double mean = 0;
            for (int c = 0; c < x.columns(); c++) {
                mean += Elements.of(x, r, c);
            }
            mean /= x.columns();
            double variance = 0;
            for (int c = 0; c < x.columns(); c++) {
                double centred = Elements.of(x, r, c) - mean;
                variance += centred * centred;
            }
            float cut = (float) (mean + deviations * Math.sqrt(variance / x.columns()));
            for (int c = 0; c < x.columns(); c++) {
                Elements.set(x, r, c, Math.max(Elements.of(x, r, c) - cut, 0));
            }
        }
    }
}
