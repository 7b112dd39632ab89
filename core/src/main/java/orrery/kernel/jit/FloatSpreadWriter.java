package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.R14;
import static orrery.kernel.jit.General.R15;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import orrery.tensor.DType;

/**
 * Emits products of a few rows with weights whose outputs are contiguous: each input is broadcast and multiplied with
 * all outputs of a part, whose sums stay in the first-level cache, four inputs at a time. Called as
 * {@code (weights, runBytes, x, xStride, out, outStride, inputs, vectors, factors)}, strides in bytes: sums are added
 * to {@code out}, so inputs may be split into any number of calls. {@code vectors} counts whole vectors of outputs;
 * {@code factors}, one float per output, are not read if weights have none.
 *
 * <p>A sum is computed in the order of the inputs, with fused multiply-adds, as {@link PlaneTileWriter} does with one
 * plane.
 */
final class FloatSpreadWriter {
    private static final General W = RDI;
    private static final General RUN = RSI;
    private static final General X = RDX;
    private static final General X_STRIDE = RCX;
    private static final General OUT = R8;
    private static final General OUT_STRIDE = R9;
    private static final General INPUTS = RBX;
    private static final General VECTORS = R12;
    private static final General FACTORS = R13;
    private static final General W_AT = RAX;
    private static final General OUT_AT = R10;
    private static final General FACTORS_AT = R11;
    private static final General LEFT = R14;
    private static final General THREE_RUNS = R15;

    /** Inputs that are processed at once. */
    private static final int TOGETHER = 4;

    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Constants beside;
    private final Vector.Kind kind;
    private final Shape shape;
    private final FloatReader reader;
    private final Vector[][] x;
    private final Vector[] sums;
    private final Vector weight;
    private final Vector spare;

    /**
     * Parameters fixed in the code.
     *
     * @param dtype of the weights
     * @param rows of activations, up to {@link #mostRows}
     * @param tail outputs of a partial last vector; 0 if there is none
     * @param scaled whether each weight is multiplied with a factor
     */
    record Shape(DType dtype, int rows, int tail, boolean scaled) {}

    private FloatSpreadWriter(Tier tier, Shape shape) {
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        kind = tier.kind();
        this.shape = shape;
        var registers = new RegisterSupply(tier);
        x = new Vector[shape.rows][];
        Arrays.setAll(x, _ -> registers.take(TOGETHER));
        sums = registers.take(shape.rows);
        weight = registers.take();
        spare = registers.take();
        reader = new FloatReader(code, beside, tier, shape.dtype, spare, shape.tail);
    }

    /** Rows that a weight is multiplied with while it is in a register. */
    static int mostRows(Tier tier) {
        return tier.registers() > 16 ? 3 : 2;
    }

    static Assembler write(Tier tier, Shape shape) {
        var writer = new FloatSpreadWriter(tier, shape);
        writer.write(Frame.of(
                List.of(W, RUN, X, X_STRIDE, OUT, OUT_STRIDE, INPUTS, VECTORS, FACTORS),
                Set.of(W_AT, OUT_AT, FACTORS_AT, LEFT, THREE_RUNS),
                tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        reader.begin(LEFT);
        code.lea(THREE_RUNS, at(RUN, RUN, 2, 0));
        inputs(TOGETHER);
        inputs(1);
        frame.leave(code);
        beside.place();
    }

    /** {@code together} inputs at a time, while there are as many. */
    private void inputs(int together) {
        var some = new Label();
        var end = new Label();
        code.sub(INPUTS, together);
        code.jl(end);
        code.place(some);
        for (int row = 0; row < shape.rows; row++) {
            for (int i = 0; i < together; i++) {
                int offset = i * Float.BYTES;
                code.vbroadcastss(x[row][i], row == 0 ? at(X, offset) : at(X, X_STRIDE, row, offset));
            }
        }
        outputs(together);
        code.lea(W, together == 1 ? at(W, RUN, 1, 0) : at(W, RUN, TOGETHER, 0));
        code.add(X, together * Float.BYTES);
        code.sub(INPUTS, together);
        code.jge(some);
        code.place(end);
        code.add(INPUTS, together);
    }

    private void outputs(int together) {
        var vectors = new Label();
        var end = new Label();
        code.mov(W_AT, W);
        code.mov(OUT_AT, OUT);
        if (shape.scaled) {
            code.mov(FACTORS_AT, FACTORS);
        }
        code.mov(LEFT, VECTORS);
        code.test(LEFT, LEFT);
        code.jz(end);
        code.align(ALIGNMENT);
        code.place(vectors);
        vector(together, false);
        code.add(W_AT, kind.lanes() * shape.dtype.bytes());
        code.add(OUT_AT, kind.bytes());
        if (shape.scaled) {
            code.add(FACTORS_AT, kind.bytes());
        }
        code.sub(LEFT, 1);
        code.jnz(vectors);
        code.place(end);
        if (shape.tail > 0) {
            vector(together, true);
        }
    }

    private void vector(int together, boolean tail) {
        for (int row = 0; row < shape.rows; row++) {
            if (tail) {
                reader.floats(sums[row], sum(row));
            } else {
                code.vmovups(sums[row], sum(row));
            }
        }
        for (int i = 0; i < together; i++) {
            var from = switch (i) {
                case 0 -> at(W_AT);
                case 3 -> at(W_AT, THREE_RUNS, 1, 0);
                default -> at(W_AT, RUN, i, 0);
            };
            if (tail) {
                reader.readTail(weight, from, LEFT);
            } else {
                reader.read(weight, from);
            }
            if (shape.scaled && tail) {
                reader.floats(spare, at(FACTORS_AT));
                code.vmulps(weight, weight, spare);
            } else if (shape.scaled) {
                code.vmulps(weight, weight, at(FACTORS_AT));
            }
            for (int row = 0; row < shape.rows; row++) {
                code.vfmadd231ps(sums[row], weight, x[row][i]);
            }
        }
        for (int row = 0; row < shape.rows; row++) {
            if (tail) {
                reader.storeTail(sum(row), sums[row]);
            } else {
                code.vmovups(sum(row), sums[row]);
            }
        }
    }

    private static Address sum(int row) {
        return row == 0 ? at(OUT_AT) : at(OUT_AT, OUT_STRIDE, row, 0);
    }
}
