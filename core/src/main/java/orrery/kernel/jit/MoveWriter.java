package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;

/**
 * Emits code that moves rows. Called as {@code (out, x, count, rows, outStride, xStride, number)}: rows of
 * {@code count} elements, strides in bytes, and the bits of the float that each is multiplied with.
 */
final class MoveWriter {
    private static final General OUT = RDI;
    private static final General X = RSI;
    private static final General COUNT = RDX;
    private static final General ROWS = RCX;
    private static final General OUT_STRIDE = R8;
    private static final General X_STRIDE = R9;
    /** Read before a loop starts. */
    private static final General NUMBER = R11;

    private static final General INDEX = RAX;
    private static final General LEFT = R10;

    private final RunWriter run;
    private final Assembler code;
    private final Operation operation;
    private final Vector x;
    private final Vector number;

    /** The type of the elements. */
    enum Operation {
        /** Floats, which are not changed. */
        COPY(Float.BYTES),
        F32(Float.BYTES),
        F16(Short.BYTES),
        BF16(Short.BYTES);

        private final int bytes;

        Operation(int bytes) {
            this.bytes = bytes;
        }
    }

    private MoveWriter(Tier tier, Operation operation) {
        run = new RunWriter(tier);
        code = run.code;
        this.operation = operation;
        x = run.vector(0);
        number = run.vector(1);
    }

    static Assembler write(Tier tier, Operation operation) {
        var writer = new MoveWriter(tier, operation);
        writer.write(Frame.of(
                List.of(OUT, X, COUNT, ROWS, OUT_STRIDE, X_STRIDE, NUMBER), RunWriter.SCRATCH, tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        run.fill(number, NUMBER);
        var row = new Label();
        code.place(row);
        switch (operation) {
            case COPY ->
                run.run(COUNT, 1, _ -> {
                    run.load(x, X, 0);
                    run.store(OUT, 0, x);
                });
            case F32, F16, BF16 -> widen();
        }
        code.add(OUT, OUT_STRIDE);
        code.add(X, X_STRIDE);
        code.sub(ROWS, 1);
        code.jnz(row);
        frame.leave(code);
        run.beside.place();
    }

    /** Whole vectors, then element by element: not every tier has masks for halves. */
    private void widen() {
        var vectors = new Label();
        var single = new Label();
        var one = new Label();
        var done = new Label();
        code.xor(INDEX, INDEX);
        code.mov(LEFT, COUNT);
        code.sub(LEFT, run.lanes());
        code.jl(single);
        code.place(vectors);
        widen(x, at(X, INDEX, operation.bytes, 0));
        code.vmulps(x, x, number);
        code.vmovups(at(OUT, INDEX, Float.BYTES, 0), x);
        code.add(INDEX, run.lanes());
        code.sub(LEFT, run.lanes());
        code.jge(vectors);
        code.place(single);
        code.add(LEFT, run.lanes());
        code.jz(done);
        code.place(one);
        var element = at(X, INDEX, operation.bytes, 0);
        switch (operation) {
            case COPY, F32 -> code.vmovss(x.xmm(), element);
            case F16 -> {
                code.movzx16(R11, element);
                code.vmovd(x.xmm(), R11);
                code.vcvtph2ps(x.xmm(), x.xmm());
            }
            case BF16 -> {
                code.movzx16(R11, element);
                code.shl(R11, 16);
                code.vmovd(x.xmm(), R11);
            }
        }
        code.vmulss(x.xmm(), x.xmm(), number.xmm());
        code.vmovss(at(OUT, INDEX, Float.BYTES, 0), x.xmm());
        code.add(INDEX, 1);
        code.sub(LEFT, 1);
        code.jnz(one);
        code.place(done);
    }

    /** Widens a vector of elements to floats. */
    private void widen(Vector to, Address from) {
        switch (operation) {
            case COPY, F32 -> code.vmovups(to, from);
            case F16 -> code.vcvtph2ps(to, from);
            case BF16 -> {
                code.vpmovzxwd(to, from);
                code.vpslld(to, to, 16);
            }
        }
    }
}
