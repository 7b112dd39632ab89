package orrery.kernel;

import static orrery.kernel.Checks.activations;
import static orrery.kernel.Checks.columns;
import static orrery.kernel.Checks.oneRow;
import static orrery.kernel.Checks.refused;

import orrery.tensor.Tensor;

/** The part of {@link CheckedKernels} for parallel residual streams. */
abstract class CheckedStreams implements StreamKernels {
    final Kernels kernels;

    CheckedStreams(Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public final void copy(Tensor out, Tensor x, int rows) {
        activations("copy", x, rows, x.columns());
        activations("copy", out, rows, x.columns());
        kernels.copy(out, x, rows);
    }

    @Override
    public final void scale(Tensor x, float factor, int rows) {
        activations("scale", x, rows, x.columns());
        kernels.scale(x, factor, rows);
    }

    @Override
    public final void addScaled(Tensor out, Tensor x, Tensor coefficients, int column, int rows) {
        activations("addScaled", x, rows, x.columns());
        activations("addScaled", out, rows, x.columns());
        activations("addScaled", coefficients, rows, coefficients.columns());
        columns("addScaled", coefficients, column, 1);
        kernels.addScaled(out, x, coefficients, column, rows);
    }

    @Override
    public final void subtract(Tensor out, Tensor x, Tensor y, int rows) {
        activations("subtract", x, rows, x.columns());
        activations("subtract", y, rows, x.columns());
        activations("subtract", out, rows, x.columns());
        kernels.subtract(out, x, y, rows);
    }

    @Override
    public final void multiply(Tensor out, Tensor x, Tensor weight, int rows) {
        oneRow("multiply", weight);
        activations("multiply", x, rows, weight.columns());
        activations("multiply", out, rows, weight.columns());
        kernels.multiply(out, x, weight, rows);
    }

    @Override
    public final void tanh(Tensor x, int rows) {
        activations("tanh", x, rows, x.columns());
        kernels.tanh(x, rows);
    }

    @Override
    public final void matchSize(Tensor x, Tensor like, double floor, int rows) {
        activations("matchSize", x, rows, x.columns());
        activations("matchSize", like, rows, like.columns());
        some("matchSize", x);
        some("matchSize", like);
        kernels.matchSize(x, like, floor, rows);
    }

    @Override
    public final void cutSmall(Tensor x, double deviations, int rows) {
        activations("cutSmall", x, rows, x.columns());
        some("cutSmall", x);
        kernels.cutSmall(x, deviations, rows);
    }

    private static void some(String operation, Tensor x) {
        if (!(x.columns() > 0)) {
            throw refused(operation, "columns", x.columns(), "1 or more, to have a mean");
        }
    }
}
