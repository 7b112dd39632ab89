package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;
import orrery.spec.Activation;

/**
 * Emits elementwise operations. Called as {@code (out, x, y, count, rows, yStride, number)}: rows of {@code count}
 * floats, contiguous in {@code out} and {@code x} (which may be the same), {@code yStride} bytes apart in {@code y} (0
 * for one row for all); and the bits of a float.
 */
final class ElementWriter {
    private static final General OUT = RDI;
    private static final General X = RSI;
    private static final General Y = RDX;
    private static final General COUNT = RCX;
    private static final General ROWS = R8;
    private static final General Y_STRIDE = R9;
    /** Read before a loop starts. */
    private static final General NUMBER = R11;

    private final RunWriter run;
    private final Assembler code;
    private final Operation operation;
    private final Vector x;
    private final Vector y;
    private final Vector number;
    private final Vector inverse;
    private final CurveWriter curves;

    /** The operation; {@code n} is the number. */
    enum Operation {
        /** {@code x + y}. */
        ADD,
        /** {@code x - y}. */
        SUBTRACT,
        /** {@code x * y}. */
        MULTIPLY,
        /** {@code x * n}. */
        SCALE,
        /** {@code out + x * n}. */
        ADD_TIMES,
        /** {@code out + x * y[0]}, with one element of {@code y} per row. */
        ADD_SCALED,
        SILU,
        GELU_TANH,
        GELU_ERF,
        RELU,
        /** An activation function times {@code y}. */
        SILU_TIMES,
        GELU_TANH_TIMES,
        GELU_ERF_TIMES,
        RELU_TIMES,
        TANH,
        /** {@code n tanh(x / n)}. */
        CAP;

        static Operation of(Activation activation) {
            return switch (activation) {
                case SILU -> SILU;
                case GELU_TANH -> GELU_TANH;
                case GELU_ERF -> GELU_ERF;
                case RELU -> RELU;
            };
        }

        /** The activation function times {@code y}. */
        static Operation gate(Activation activation) {
            return switch (activation) {
                case SILU -> SILU_TIMES;
                case GELU_TANH -> GELU_TANH_TIMES;
                case GELU_ERF -> GELU_ERF_TIMES;
                case RELU -> RELU_TIMES;
            };
        }

        /** Approximately how many simple operations it takes. */
        int cost() {
            return switch (this) {
                case ADD, SUBTRACT, MULTIPLY, SCALE, ADD_TIMES, ADD_SCALED, RELU, RELU_TIMES -> 1;
                case SILU, GELU_TANH, SILU_TIMES, GELU_TANH_TIMES -> 4;
                case GELU_ERF, GELU_ERF_TIMES, TANH, CAP -> 6;
            };
        }
    }

    private ElementWriter(Tier tier, Operation operation) {
        run = new RunWriter(tier);
        code = run.code;
        this.operation = operation;
        x = run.vector(0);
        y = run.vector(1);
        number = run.vector(6);
        inverse = run.vector(7);
        curves = new CurveWriter(run, run.vector(2), run.vector(3), run.vector(4), run.vector(5));
    }

    static Assembler write(Tier tier, Operation operation) {
        var writer = new ElementWriter(tier, operation);
        writer.write(Frame.of(List.of(OUT, X, Y, COUNT, ROWS, Y_STRIDE, NUMBER), RunWriter.SCRATCH, tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        run.fill(number, NUMBER);
        if (operation == Operation.CAP) {
            run.fill(inverse, 1f);
            code.vdivps(inverse, inverse, number);
        }
        var row = new Label();
        code.place(row);
        if (operation == Operation.ADD_SCALED) {
            code.vbroadcastss(number, at(Y));
        }
        run.run(COUNT, 1, _ -> element());
        code.lea(OUT, at(OUT, COUNT, 4, 0));
        code.lea(X, at(X, COUNT, 4, 0));
        code.add(Y, Y_STRIDE);
        code.sub(ROWS, 1);
        code.jnz(row);
        frame.leave(code);
        run.beside.place();
    }

    private void element() {
        run.load(x, X, 0);
        switch (operation) {
            case ADD -> {
                run.load(y, Y, 0);
                code.vaddps(x, x, y);
            }
            case SUBTRACT -> {
                run.load(y, Y, 0);
                code.vsubps(x, x, y);
            }
            case MULTIPLY -> {
                run.load(y, Y, 0);
                code.vmulps(x, x, y);
            }
            case SCALE -> code.vmulps(x, x, number);
            case ADD_TIMES, ADD_SCALED -> {
                run.load(y, OUT, 0);
                code.vfmadd213ps(x, number, y);
            }
            case SILU -> curves.silu(x);
            case GELU_TANH -> curves.geluTanh(x);
            case GELU_ERF -> curves.geluErf(x);
            case RELU -> curves.relu(x);
            case SILU_TIMES -> {
                curves.silu(x);
                timesY();
            }
            case GELU_TANH_TIMES -> {
                curves.geluTanh(x);
                timesY();
            }
            case GELU_ERF_TIMES -> {
                curves.geluErf(x);
                timesY();
            }
            case RELU_TIMES -> {
                curves.relu(x);
                timesY();
            }
            case TANH -> curves.tanh(x);
            case CAP -> {
                code.vmulps(x, x, inverse);
                curves.tanh(x);
                code.vmulps(x, x, number);
            }
        }
        run.store(OUT, 0, x);
    }

    private void timesY() {
        run.load(y, Y, 0);
        code.vmulps(x, x, y);
    }
}
