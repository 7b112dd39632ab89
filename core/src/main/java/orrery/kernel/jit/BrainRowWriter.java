package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;
import java.util.Set;
import orrery.tensor.DType;

/**
 * Emits code that rounds rows of floats to BF16, to nearest, ties to even; infinities and NaN are kept, and subnormals
 * become 0. Called as {@code (x, xStride, out, outStride, rows)}, strides in bytes, one row or more. It writes whole
 * vectors: elements beyond the last input are 0. Needs AVX512_BF16.
 */
final class BrainRowWriter {
    private static final General X = RDI;
    private static final General X_STRIDE = RSI;
    private static final General OUT = RDX;
    private static final General OUT_STRIDE = RCX;
    private static final General ROWS = R8;
    private static final General INDEX = RAX;
    private static final General LEFT = R9;

    private final Assembler code;
    private final Vector.Kind kind;
    private final FloatReader reader;
    private final Vector x;
    private final int inputs;

    /**
     * Parameters fixed in the code.
     *
     * @param inputs inputs per row
     */
    record Shape(int inputs) {}

    private BrainRowWriter(Tier tier, Shape shape) {
        code = new Assembler(tier.encoding());
        kind = tier.kind();
        inputs = shape.inputs;
        var registers = new RegisterSupply(tier);
        x = registers.take();
        int tail = inputs % kind.lanes();
        reader = new FloatReader(code, new Constants(code), tier, DType.F32, registers.take(), tail);
    }

    /** Bytes of a rounded row: whole vectors. */
    static long rowBytes(Tier tier, int inputs) {
        int vector = tier.kind().bytes();
        return ((long) Short.BYTES * inputs + vector - 1) / vector * vector;
    }

    static Assembler write(Tier tier, Shape shape) {
        var writer = new BrainRowWriter(tier, shape);
        writer.write(Frame.of(List.of(X, X_STRIDE, OUT, OUT_STRIDE, ROWS), Set.of(INDEX, LEFT), tier.registers()), (int)
                rowBytes(tier, shape.inputs));
        return writer.code;
    }

    private void write(Frame frame, int rowBytes) {
        frame.enter(code);
        reader.begin(LEFT);
        var row = new Label();
        code.place(row);
        code.xor(INDEX, INDEX);
        int whole = inputs / kind.lanes();
        if (whole > 0) {
            var vectors = new Label();
            code.mov(LEFT, whole);
            code.place(vectors);
            code.vmovups(x, at(X, INDEX, 2, 0));
            round();
            code.sub(LEFT, 1);
            code.jnz(vectors);
        }
        if (inputs % kind.lanes() > 0) {
            reader.floats(x, at(X, INDEX, 2, 0));
            round();
            whole++;
        }
        if (whole * kind.half().bytes() < rowBytes) {
            code.vxorps(x, x, x);
            round();
        }
        code.add(X, X_STRIDE);
        code.add(OUT, OUT_STRIDE);
        code.sub(ROWS, 1);
        code.jnz(row);
        frame.leave(code);
    }

    private void round() {
        code.vcvtneps2bf16(x.half(), x);
        code.vmovups(at(OUT, INDEX, 1, 0), x.half());
        code.add(INDEX, kind.half().bytes());
    }
}
