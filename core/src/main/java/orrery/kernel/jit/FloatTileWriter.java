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
import static orrery.kernel.jit.General.RBP;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Writes a product of a few rows of floats with rows that lie side by side, {@code c (+)= a b}: what attention is made
 * of, since keys lie in columns. Called as {@code (a, aStride, b, bStride, c, cStride, depth, tiles)}, strides in
 * bytes, depth 1 or more, for one tile of rows after another.
 *
 * <p>Elements of {@code b} become floats as they are loaded. Every sum is made in the order of the depth, each product
 * fused with its addition; where it goes on from what {@code c} holds, a sum may be cut into as many calls as one
 * likes. Whole vectors of {@code b} are read, and of {@code c} read and written, also beyond the last column.
 */
final class FloatTileWriter {
    /** What all sums fit into registers for. */
    static final int MOST_ROWS = 6;

    private static final General A = RDI;
    private static final General A_STRIDE = RSI;
    private static final General B = RDX;
    private static final General B_STRIDE = RCX;
    private static final General C = R8;
    private static final General C_STRIDE = R9;
    private static final General DEPTH = RBX;
    private static final General TILES = R12;

    /** Where the first rows of {@code a} are read, and those from the fourth on. */
    private static final General FIRST_ROWS = RAX;

    private static final General LAST_ROWS = R10;
    private static final General B_ROW = R11;
    private static final General B_COLUMNS = RBP;
    private static final General C_COLUMNS = R13;
    private static final General LEFT = R14;
    private static final General GROUPS = R15;

    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Vector.Kind kind;
    private final Shape shape;
    private final int group;

    /**
     * What is settled when the code is written.
     *
     * @param type of the elements of {@code b}
     * @param columns of {@code b} and {@code c}
     * @param adds whether sums go on from what {@code c} holds
     * @param rows of a tile, up to {@value #MOST_ROWS}
     */
    record Shape(MoveWriter.Operation type, int columns, boolean adds, int rows) {}

    private FloatTileWriter(Tier tier, Shape shape) {
        code = new Assembler(tier.encoding());
        kind = tier.kind();
        this.shape = shape;
        int most = tier.encoding() == VectorEncoding.EVEX ? 4 : 2;
        group = shape.rows <= 2 ? 2 * most : most;
    }

    static Assembler write(Tier tier, Shape shape) {
        var writer = new FloatTileWriter(tier, shape);
        writer.write(Frame.of(
                List.of(A, A_STRIDE, B, B_STRIDE, C, C_STRIDE, DEPTH, TILES),
                Set.of(FIRST_ROWS, LAST_ROWS, B_ROW, B_COLUMNS, C_COLUMNS, LEFT, GROUPS),
                tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        int vectors = (shape.columns + kind.lanes() - 1) / kind.lanes();
        var tile = new Label();
        code.place(tile);
        code.mov(B_COLUMNS, B);
        code.mov(C_COLUMNS, C);
        if (vectors / group > 0) {
            var columns = new Label();
            code.mov(GROUPS, vectors / group);
            code.place(columns);
            columns(group);
            code.add(B_COLUMNS, group * kind.lanes() * shape.type.bytes());
            code.add(C_COLUMNS, group * kind.bytes());
            code.sub(GROUPS, 1);
            code.jnz(columns);
        }
        if (vectors % group > 0) {
            columns(vectors % group);
        }
        for (int row = 0; row < shape.rows; row++) {
            code.add(A, A_STRIDE);
            code.add(C, C_STRIDE);
        }
        code.sub(TILES, 1);
        code.jnz(tile);
        frame.leave(code);
    }

    /** All rows, and so many vectors side by side. */
    private void columns(int width) {
        forEachRow(row -> {
            for (int i = 0; i < width; i++) {
                if (shape.adds) {
                    code.vmovups(sum(row, i, width), at(FIRST_ROWS, i * kind.bytes()));
                } else {
                    code.vxorps(sum(row, i, width), sum(row, i, width), sum(row, i, width));
                }
            }
        });
        code.mov(FIRST_ROWS, A);
        if (shape.rows > 3) {
            code.lea(LAST_ROWS, at(A, A_STRIDE, 2, 0));
            code.add(LAST_ROWS, A_STRIDE);
        }
        code.mov(B_ROW, B_COLUMNS);
        code.mov(LEFT, DEPTH);
        var step = new Label();
        code.align(ALIGNMENT);
        code.place(step);
        step(width);
        code.add(FIRST_ROWS, Float.BYTES);
        if (shape.rows > 3) {
            code.add(LAST_ROWS, Float.BYTES);
        }
        code.add(B_ROW, B_STRIDE);
        code.sub(LEFT, 1);
        code.jnz(step);
        forEachRow(row -> {
            for (int i = 0; i < width; i++) {
                code.vmovups(at(FIRST_ROWS, i * kind.bytes()), sum(row, i, width));
            }
        });
    }

    /** With a row of {@code c} at {@link #FIRST_ROWS}. */
    private void forEachRow(IntConsumer body) {
        code.mov(FIRST_ROWS, C_COLUMNS);
        for (int row = 0; row < shape.rows; row++) {
            body.accept(row);
            if (row + 1 < shape.rows) {
                code.add(FIRST_ROWS, C_STRIDE);
            }
        }
    }

    private void step(int width) {
        int sums = shape.rows * width;
        var element = kind.of(sums);
        for (int i = 0; i < width; i++) {
            MoveWriter.widen(code, shape.type, kind.of(sums + 1 + i), at(B_ROW, i * kind.lanes() * shape.type.bytes()));
        }
        for (int row = 0; row < shape.rows; row++) {
            code.vbroadcastss(element, element(row));
            for (int i = 0; i < width; i++) {
                code.vfmadd231ps(sum(row, i, width), element, kind.of(sums + 1 + i));
            }
        }
    }

    private static Address element(int row) {
        var base = row < 3 ? FIRST_ROWS : LAST_ROWS;
        return switch (row % 3) {
            case 0 -> at(base);
            case 1 -> at(base, A_STRIDE, 1, 0);
            default -> at(base, A_STRIDE, 2, 0);
        };
    }

    private Vector sum(int row, int column, int width) {
        return kind.of(row * width + column);
    }
}
