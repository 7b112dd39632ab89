package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;

/**
 * Emits the final division of a softmax: weighted sums divided by the sums of their weights. Called as
 * {@code (out, mixed, states, size, width, queries)}: {@code size} floats of each query go to {@code out},
 * contiguously; in {@code mixed}, consecutive queries are {@code width} floats apart.
 */
final class ShareWriter {
    private static final General OUT = RDI;
    private static final General MIXED = RSI;
    private static final General STATES = RDX;
    private static final General SIZE = RCX;
    private static final General WIDTH = R8;
    private static final General QUERIES = R9;

    private ShareWriter() {}

    static Assembler write(Tier tier) {
        var run = new RunWriter(tier);
        var code = run.code;
        var frame = Frame.of(List.of(OUT, MIXED, STATES, SIZE, WIDTH, QUERIES), RunWriter.SCRATCH, tier.registers());
        var x = run.vector(0);
        var factor = run.vector(1);
        frame.enter(code);
        var query = new Label();
        code.place(query);
        code.vbroadcastss(x, at(STATES, Float.BYTES));
        run.fill(factor, 1f);
        code.vdivps(factor, factor, x);
        run.run(SIZE, 1, _ -> {
            run.load(x, MIXED, 0);
            code.vmulps(x, x, factor);
            run.store(OUT, 0, x);
        });
        code.lea(OUT, at(OUT, SIZE, Float.BYTES, 0));
        code.lea(MIXED, at(MIXED, WIDTH, Float.BYTES, 0));
        code.add(STATES, SoftmaxWriter.STATE);
        code.sub(QUERIES, 1);
        code.jnz(query);
        frame.leave(code);
        run.beside.place();
        return code;
    }
}
