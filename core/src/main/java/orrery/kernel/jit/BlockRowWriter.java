package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.HashSet;
import java.util.List;
import orrery.tensor.KvType;

/**
 * Emits code that widens rows of signed bytes with a factor per block ({@link KvType#Q8}) to floats. Called as
 * {@code (out, x, size, rows, outStride, xStride, factors, factorStride)}, strides in bytes. It reads whole vectors of
 * {@code x}, possibly beyond the end of a row, but writes no more than a row.
 */
final class BlockRowWriter {
    private static final General OUT = RDI;
    private static final General X = RSI;
    private static final General SIZE = RDX;
    private static final General ROWS = RCX;
    private static final General OUT_STRIDE = R8;
    private static final General X_STRIDE = R9;
    private static final General FACTORS = RBX;
    private static final General FACTOR_STRIDE = R12;
    private static final General BLOCK = R13;

    private BlockRowWriter() {}

    static Assembler write(Tier tier) {
        var run = new RunWriter(tier);
        var code = run.code;
        var x = run.vector(0);
        var factor = run.vector(1);
        var scratch = new HashSet<>(RunWriter.SCRATCH);
        scratch.add(BLOCK);
        var arguments = List.of(OUT, X, SIZE, ROWS, OUT_STRIDE, X_STRIDE, FACTORS, FACTOR_STRIDE);
        var frame = Frame.of(arguments, scratch, tier.registers());
        frame.enter(code);
        var row = new Label();
        code.place(row);
        run.run(SIZE, 1, _ -> {
            run.index(BLOCK);
            StoredFloats.widen(code, KvType.Q8, x, at(X, BLOCK, 1, 0));
            code.shr(BLOCK, Integer.numberOfTrailingZeros(KvType.Q8.blockElements()));
            StoredFloats.factor(code, factor, at(FACTORS, BLOCK, Short.BYTES, 0));
            code.vmulps(x, x, factor);
            run.store(OUT, 0, x);
        });
        code.add(OUT, OUT_STRIDE);
        code.add(X, X_STRIDE);
        code.add(FACTORS, FACTOR_STRIDE);
        code.sub(ROWS, 1);
        code.jnz(row);
        frame.leave(code);
        run.beside.place();
        return code;
    }
}
