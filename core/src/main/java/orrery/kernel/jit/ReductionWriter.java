package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;

/**
 * Emits row operations that depend on a sum over the row. Called as
 * {@code (out, x, weight, size, rows, number, other, otherSize)}: rows of {@code size} floats, contiguous in
 * {@code out} and {@code x} (which may be the same); the bits of a float; and, for some operations, a bias, or rows of
 * another size in {@code other}.
 *
 * <p>Sums use {@value #SUMS} vectors in parallel, then add their lanes: one order for rows of one size.
 */
final class ReductionWriter {
    private static final General OUT = RDI;
    private static final General X = RSI;
    private static final General WEIGHT = RDX;
    private static final General SIZE = RCX;
    private static final General ROWS = R8;
    private static final General NUMBER = R9;
    private static final General OTHER = RBX;
    private static final General OTHER_SIZE = R12;

    private static final int SUMS = 4;

    private final RunWriter run;
    private final Assembler code;
    private final Vector[] sums = new Vector[SUMS];
    private final Vector x;
    private final Vector y;
    private final Vector mean;
    private final Vector factor;
    private final Vector number;

    /** The operation; {@code n} is the number. */
    enum Operation {
        /** {@code x * weight / sqrt(mean(x^2) + n)}. */
        RMS_NORM,
        /** {@code (x - mean) / sqrt(variance + n) * weight + other}. */
        LAYER_NORM,
        /** {@code x * rms(other) / sqrt(max(mean(x^2), n))}, with one row of {@code other} per row. */
        MATCH_SIZE,
        /** {@code max(x - (mean + n * deviation), 0)}. */
        CUT_SMALL
    }

    private ReductionWriter(Tier tier) {
        run = new RunWriter(tier);
        code = run.code;
        for (int i = 0; i < SUMS; i++) {
            sums[i] = run.vector(i);
        }
        x = run.vector(4);
        y = run.vector(5);
        mean = run.vector(6);
        factor = run.vector(7);
        number = run.vector(8);
    }

    static Assembler write(Tier tier, Operation operation) {
        var writer = new ReductionWriter(tier);
        var arguments = List.of(OUT, X, WEIGHT, SIZE, ROWS, NUMBER, OTHER, OTHER_SIZE);
        writer.write(Frame.of(arguments, RunWriter.SCRATCH, tier.registers()), operation);
        return writer.code;
    }

    private void write(Frame frame, Operation operation) {
        frame.enter(code);
        run.fill(number, NUMBER);
        var row = new Label();
        code.place(row);
        switch (operation) {
            case RMS_NORM -> {
                meanSquare(X, SIZE);
                code.vaddps(factor, factor, number);
                invertRoot();
                run.run(SIZE, 1, _ -> {
                    run.load(x, X, 0);
                    run.load(y, WEIGHT, 0);
                    code.vmulps(x, x, factor);
                    code.vmulps(x, x, y);
                    run.store(OUT, 0, x);
                });
            }
            case LAYER_NORM -> {
                variance();
                code.vaddps(factor, factor, number);
                invertRoot();
                run.run(SIZE, 1, _ -> {
                    run.load(x, X, 0);
                    run.load(y, OTHER, 0);
                    code.vsubps(x, x, mean);
                    code.vmulps(x, x, factor);
                    run.load(sums[0], WEIGHT, 0);
                    code.vfmadd213ps(x, sums[0], y);
                    run.store(OUT, 0, x);
                });
            }
            case MATCH_SIZE -> {
                meanSquare(OTHER, OTHER_SIZE);
                code.vmovaps(mean, factor);
                meanSquare(X, SIZE);
                code.vmaxps(factor, number, factor);
                code.vsqrtps(mean, mean);
                code.vsqrtps(factor, factor);
                code.vdivps(factor, mean, factor);
                run.run(SIZE, 1, _ -> {
                    run.load(x, X, 0);
                    code.vmulps(x, x, factor);
                    run.store(OUT, 0, x);
                });
                code.lea(OTHER, at(OTHER, OTHER_SIZE, 4, 0));
            }
            case CUT_SMALL -> {
                variance();
                code.vsqrtps(factor, factor);
                code.vfmadd213ps(factor, number, mean);
                run.clear(y);
                run.run(SIZE, 1, _ -> {
                    run.load(x, X, 0);
                    code.vsubps(x, x, factor);
                    code.vmaxps(x, y, x);
                    run.store(OUT, 0, x);
                });
            }
        }
        code.lea(OUT, at(OUT, SIZE, 4, 0));
        code.lea(X, at(X, SIZE, 4, 0));
        code.sub(ROWS, 1);
        code.jnz(row);
        frame.leave(code);
        run.beside.place();
    }

    /** {@code factor = mean(row^2)}. */
    private void meanSquare(General row, General size) {
        clearSums();
        run.run(size, SUMS, slot -> {
            run.load(x, row, slot);
            code.vfmadd231ps(sums[slot], x, x);
        });
        average(factor, size);
    }

    /** {@code mean}, and {@code factor} = the variance, of the centred values: E[x^2] - E[x]^2 would cancel. */
    private void variance() {
        clearSums();
        run.run(SIZE, SUMS, slot -> {
            run.load(x, X, slot);
            code.vaddps(sums[slot], sums[slot], x);
        });
        average(mean, SIZE);
        clearSums();
        run.run(SIZE, SUMS, slot -> {
            run.load(x, X, slot);
            code.vsubps(x, x, mean);
            run.clearTail(x);
            code.vfmadd231ps(sums[slot], x, x);
        });
        average(factor, SIZE);
    }

    private void clearSums() {
        for (var sum : sums) {
            run.clear(sum);
        }
    }

    private void average(Vector to, General size) {
        code.vaddps(sums[0], sums[0], sums[1]);
        code.vaddps(sums[2], sums[2], sums[3]);
        code.vaddps(sums[0], sums[0], sums[2]);
        run.across(sums[0], x, code::vaddps);
        run.fillWithNumber(x, size);
        code.vdivps(to, sums[0], x);
    }

    /** {@code factor = 1 / sqrt(factor)}. */
    private void invertRoot() {
        code.vsqrtps(factor, factor);
        run.fill(x, 1f);
        code.vdivps(factor, x, factor);
    }
}
