package orrery.kernel.jit;

import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.R14;
import static orrery.kernel.jit.General.R15;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RBP;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.HashSet;
import java.util.List;
import orrery.tensor.KvType;

/**
 * Emits products of a few rows of floats with a few rows of another matrix, {@code c = a b^T}: scores of keys that are
 * also values and are therefore stored in rows. Called as {@code (a, aStride, b, bStride, c, cStride, depth, tiles)},
 * strides in bytes, for one tile of rows of {@code a} after another.
 *
 * <p>Each sum is computed lane by lane, then over the lanes, in an order that does not depend on the tile. It reads
 * whole vectors of {@code b}, possibly beyond the end of a row.
 */
final class DotTileWriter {
    private static final General A = RDI;
    private static final General A_STRIDE = RSI;
    private static final General B = RDX;
    private static final General B_STRIDE = RCX;
    private static final General C = R8;
    private static final General C_STRIDE = R9;
    private static final General DEPTH = RBX;
    private static final General TILES = R12;

    private static final General FIRST_ROWS = R15;
    /** From the fourth row on. */
    private static final General LAST_ROWS = R14;

    private static final General B_ROWS = RBP;
    private static final General THREE_STRIDES = R13;
    /** Unused outside loops. */
    private static final General C_ROW = RAX;

    private final RunWriter run;
    private final Assembler code;
    private final Shape shape;

    /**
     * Parameters fixed in the code.
     *
     * @param type of the elements of {@code b}, without block factors
     * @param rows of {@code a}, up to {@link #mostRows}
     * @param others rows of {@code b}, 1 or {@value #OTHERS}
     */
    record Shape(KvType type, int rows, int others) {}

    /** Rows of {@code b} that are read together. */
    static final int OTHERS = 4;

    /** The most rows whose sums all fit into registers. */
    static int mostRows(Tier tier) {
        return tier.encoding() == VectorEncoding.EVEX ? 6 : 2;
    }

    private DotTileWriter(Tier tier, Shape shape) {
        run = new RunWriter(tier);
        code = run.code;
        this.shape = shape;
    }

    static Assembler write(Tier tier, Shape shape) {
        var writer = new DotTileWriter(tier, shape);
        var scratch = new HashSet<>(RunWriter.SCRATCH);
        scratch.addAll(List.of(FIRST_ROWS, LAST_ROWS, B_ROWS, THREE_STRIDES));
        var arguments = List.of(A, A_STRIDE, B, B_STRIDE, C, C_STRIDE, DEPTH, TILES);
        writer.write(Frame.of(arguments, scratch, tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        code.lea(THREE_STRIDES, at(B_STRIDE, B_STRIDE, 2, 0));
        var tile = new Label();
        code.place(tile);
        code.mov(FIRST_ROWS, A);
        code.lea(LAST_ROWS, at(A, A_STRIDE, 2, 0));
        code.add(LAST_ROWS, A_STRIDE);
        code.mov(B_ROWS, B);
        for (int i = 0; i < shape.rows * shape.others; i++) {
            run.clear(run.vector(i));
        }
        run.run(DEPTH, 1, _ -> step());
        code.mov(C_ROW, C);
        for (int row = 0; row < shape.rows; row++) {
            store(row);
            code.add(C_ROW, C_STRIDE);
            code.add(A, A_STRIDE);
        }
        code.mov(C, C_ROW);
        code.sub(TILES, 1);
        code.jnz(tile);
        frame.leave(code);
        run.beside.place();
    }

    private Vector sum(int row, int other) {
        return run.vector(row * shape.others + other);
    }

    /** A register besides the sums. */
    private Vector spare(int number) {
        return run.vector(shape.rows * shape.others + number);
    }

    private void step() {
        for (int i = 0; i < shape.others; i++) {
            StoredFloats.widen(code, shape.type, spare(i), other(i));
            run.clearTail(spare(i));
        }
        var x = spare(shape.others);
        for (int row = 0; row < shape.rows; row++) {
            run.load(x, row(row));
            for (int i = 0; i < shape.others; i++) {
                code.vfmadd231ps(sum(row, i), x, spare(i));
            }
        }
        code.add(B_ROWS, run.lanes() * shape.type.elementBytes());
        code.add(FIRST_ROWS, run.lanes() * Float.BYTES);
        code.add(LAST_ROWS, run.lanes() * Float.BYTES);
    }

    private static Address row(int row) {
        var base = row < 3 ? FIRST_ROWS : LAST_ROWS;
        return switch (row % 3) {
            case 0 -> at(base);
            case 1 -> at(base, A_STRIDE, 1, 0);
            default -> at(base, A_STRIDE, 2, 0);
        };
    }

    private static Address other(int number) {
        return switch (number) {
            case 0 -> at(B_ROWS);
            case 1 -> at(B_ROWS, B_STRIDE, 1, 0);
            case 2 -> at(B_ROWS, B_STRIDE, 2, 0);
            default -> at(B_ROWS, THREE_STRIDES, 1, 0);
        };
    }

    /** Adds the lanes of a row's sums; a single sum uses the same order as four that are reduced together. */
    private void store(int row) {
        var low = spare(0);
        var high = spare(1);
        var first = sum(row, 0);
        boolean single = shape.others == 1;
        var third = single ? first : sum(row, 2);
        halve(first, single ? first : sum(row, 1), low, high);
        if (!single) {
            halve(third, sum(row, 3), low, high);
        }
        code.vshufps(low, first, third, 0x44);
        code.vshufps(high, first, third, 0xEE);
        code.vaddps(first, low, high);
        var narrow = first;
        if (run.wide) {
            code.vextractf32x8(low.half(), first, 1);
            narrow = first.half();
            code.vaddps(narrow, narrow, low.half());
        }
        code.vextractf128(low.xmm(), narrow, 1);
        code.vaddps(narrow.xmm(), narrow.xmm(), low.xmm());
        if (single) {
            code.vmovss(at(C_ROW), narrow.xmm());
        } else {
            code.vmovups(at(C_ROW), narrow.xmm());
        }
    }

    /** In each 128 bits, pairs of {@code x} in the even lanes, and of {@code y} in the odd ones. */
    private void halve(Vector x, Vector y, Vector low, Vector high) {
        code.vunpcklps(low, x, y);
        code.vunpckhps(high, x, y);
        code.vaddps(x, low, high);
    }
}
