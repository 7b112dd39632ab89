package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;
import java.util.Set;
import orrery.tensor.DType;

/**
 * Emits code that widens rows of weights to floats. Called as
 * {@code (out, outStride, weights, rowBytes, rows, factors)}, strides in bytes, one row or more. It writes whole
 * vectors: floats beyond the last column are 0. {@code factors}, one per column, are not read if weights have none.
 */
final class WidenWriter {
    private static final General OUT = RDI;
    private static final General OUT_STRIDE = RSI;
    private static final General W = RDX;
    private static final General ROW = RCX;
    private static final General ROWS = R8;
    private static final General FACTORS = R9;
    private static final General INDEX = RAX;
    private static final General LEFT = R10;
    private static final General W_AT = R11;
    private static final General TEMPORARY = RBX;

    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Constants beside;
    private final Vector.Kind kind;
    private final Shape shape;
    private final FloatReader reader;
    private final Vector weight;
    private final Vector factor;

    /**
     * Parameters fixed in the code.
     *
     * @param dtype of the weights
     * @param columns per row
     * @param scaled whether each weight is multiplied with a factor
     */
    record Shape(DType dtype, int columns, boolean scaled) {}

    private WidenWriter(Tier tier, Shape shape) {
        code = new Assembler(tier.encoding());
        beside = new Constants(code);
        kind = tier.kind();
        this.shape = shape;
        var registers = new RegisterSupply(tier);
        weight = registers.take();
        factor = registers.take();
        reader = new FloatReader(code, beside, tier, shape.dtype, registers.take(), shape.columns % kind.lanes());
    }

    static Assembler write(Tier tier, Shape shape) {
        var writer = new WidenWriter(tier, shape);
        writer.write(Frame.of(
                List.of(OUT, OUT_STRIDE, W, ROW, ROWS, FACTORS),
                Set.of(INDEX, LEFT, W_AT, TEMPORARY),
                tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        reader.begin(TEMPORARY);
        int whole = shape.columns / kind.lanes();
        var row = new Label();
        code.align(ALIGNMENT);
        code.place(row);
        code.xor(INDEX, INDEX);
        code.mov(W_AT, W);
        if (whole > 0) {
            var vectors = new Label();
            code.mov(LEFT, whole);
            code.place(vectors);
            vector(false);
            code.add(W_AT, kind.lanes() * shape.dtype.bytes());
            code.add(INDEX, kind.bytes());
            code.sub(LEFT, 1);
            code.jnz(vectors);
        }
        if (shape.columns % kind.lanes() > 0) {
            vector(true);
        }
        code.add(W, ROW);
        code.add(OUT, OUT_STRIDE);
        code.sub(ROWS, 1);
        code.jnz(row);
        frame.leave(code);
        beside.place();
    }

    private void vector(boolean tail) {
        if (tail) {
            reader.readTail(weight, at(W_AT), TEMPORARY);
        } else {
            reader.read(weight, at(W_AT));
        }
        if (shape.scaled) {
            var factors = at(FACTORS, INDEX, 1, 0);
            if (tail) {
                reader.floats(factor, factors);
                code.vmulps(weight, weight, factor);
            } else {
                code.vmulps(weight, weight, factors);
            }
        }
        code.vmovups(at(OUT, INDEX, 1, 0), weight);
    }
}
