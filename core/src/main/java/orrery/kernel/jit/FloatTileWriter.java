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
import orrery.tensor.KvType;

/**
 * Emits a product of a few rows of floats with another matrix, {@code c (+)= a b}: the products of attention, since
 * keys are stored in columns. Called as {@code (a, aStride, b, bStride, c, cStride, depth, tiles, factors)}, strides in
 * bytes, depth 1 or more, for one tile of rows after another.
 *
 * <p>Elements of {@code b} are widened as they are loaded, times the factor of their block if there is one. Every sum
 * is computed in the order of the depth, with fused multiply-adds; if it is added to {@code c}, it may be split into
 * any number of calls. It reads whole vectors of {@code b}, and reads and writes whole vectors of {@code c}, possibly
 * beyond the last column.
 */
final class FloatTileWriter {
    /** The most rows whose sums all fit into registers. */
    static final int MOST_ROWS = 6;

    private static final General A = RDI;
    private static final General A_STRIDE = RSI;
    private static final General B = RDX;
    private static final General B_STRIDE = RCX;
    private static final General C = R8;
    private static final General C_STRIDE = R9;
    private static final General DEPTH = RBX;
    private static final General TILES = R12;
    private static final General FACTORS = R13;

    /** The addresses of the first rows of {@code a}, and of those from the fourth on. */
    private static final General FIRST_ROWS = RAX;

    private static final General LAST_ROWS = R10;
    private static final General B_ROW = R11;
    private static final General FACTOR_ROW = R15;
    private static final General LEFT = R14;
    private static final General LEFT_OF_BLOCK = RBP;

    private static final int ALIGNMENT = 32;

    private final Assembler code;
    private final Vector.Kind kind;
    private final Shape shape;
    private final int group;

    /** The orientation of {@code b}. */
    enum Part {
        /** A position per column, with a factor for each block of rows. Sums start at 0. */
        KEYS,
        /** A position per row, with a factor for each block of columns. Sums are added to {@code c}. */
        VALUES
    }

    /**
     * Parameters fixed in the code.
     *
     * @param type of the elements of {@code b}
     * @param columns of {@code b} and {@code c}
     * @param rows of a tile, up to {@value #MOST_ROWS}
     */
    record Shape(KvType type, Part part, int columns, int rows) {
        private boolean blocks() {
            return type.blockElements() > 1;
        }

        /** Bytes from one row of factors to the next. */
        private int factorBytes() {
            return Short.BYTES * (part == Part.KEYS ? columns : type.blocks(columns));
        }
    }

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
                List.of(A, A_STRIDE, B, B_STRIDE, C, C_STRIDE, DEPTH, TILES, FACTORS),
                Set.of(FIRST_ROWS, LAST_ROWS, B_ROW, FACTOR_ROW, LEFT, LEFT_OF_BLOCK),
                tier.registers()));
        return writer.code;
    }

    private void write(Frame frame) {
        frame.enter(code);
        int vectors = (shape.columns + kind.lanes() - 1) / kind.lanes();
        var tile = new Label();
        code.place(tile);
        for (int first = 0; first < vectors; first += group) {
            columns(first * kind.lanes(), Math.min(group, vectors - first));
        }
        for (int row = 0; row < shape.rows; row++) {
            code.add(A, A_STRIDE);
            code.add(C, C_STRIDE);
        }
        code.sub(TILES, 1);
        code.jnz(tile);
        frame.leave(code);
    }

    /** All rows, and {@code width} vectors from a column on. */
    private void columns(int column, int width) {
        forEachRow(row -> {
            for (int i = 0; i < width; i++) {
                var sum = sum(row, i, width);
                switch (shape.part) {
                    case KEYS -> code.vxorps(sum, sum, sum);
                    case VALUES -> code.vmovups(sum, ofSums(column, i));
                }
            }
        });
        code.mov(FIRST_ROWS, A);
        if (shape.rows > 3) {
            code.lea(LAST_ROWS, at(A, A_STRIDE, 2, 0));
            code.add(LAST_ROWS, A_STRIDE);
        }
        code.lea(B_ROW, at(B, column * shape.type.elementBytes()));
        code.mov(LEFT, DEPTH);
        if (shape.blocks()) {
            int factor = shape.part == Part.KEYS ? column : column / shape.type.blockElements();
            code.lea(FACTOR_ROW, at(FACTORS, Short.BYTES * factor));
        }
        if (shape.blocks() && shape.part == Part.KEYS) {
            blocks(column, width);
        } else {
            steps(LEFT, column, width);
        }
        forEachRow(row -> {
            for (int i = 0; i < width; i++) {
                code.vmovups(ofSums(column, i), sum(row, i, width));
            }
        });
    }

    /** Rows of keys, in blocks that share factors; the last block may be shorter. */
    private void blocks(int column, int width) {
        var block = new Label();
        code.place(block);
        code.mov(LEFT_OF_BLOCK, shape.type.blockElements());
        code.cmp(LEFT, LEFT_OF_BLOCK);
        code.cmov(Condition.LESS, LEFT_OF_BLOCK, LEFT);
        code.sub(LEFT, LEFT_OF_BLOCK);
        steps(LEFT_OF_BLOCK, column, width);
        code.add(FACTOR_ROW, shape.factorBytes());
        code.test(LEFT, LEFT);
        code.jnz(block);
    }

    private void steps(General count, int column, int width) {
        var step = new Label();
        code.align(ALIGNMENT);
        code.place(step);
        step(column, width);
        code.add(FIRST_ROWS, Float.BYTES);
        if (shape.rows > 3) {
            code.add(LAST_ROWS, Float.BYTES);
        }
        code.add(B_ROW, B_STRIDE);
        if (shape.blocks() && shape.part == Part.VALUES) {
            code.add(FACTOR_ROW, shape.factorBytes());
        }
        code.sub(count, 1);
        code.jnz(step);
    }

    private Address ofSums(int column, int vector) {
        return at(FIRST_ROWS, column * Float.BYTES + vector * kind.bytes());
    }

    /** With a row of {@code c} at {@link #FIRST_ROWS}. */
    private void forEachRow(IntConsumer body) {
        code.mov(FIRST_ROWS, C);
        for (int row = 0; row < shape.rows; row++) {
            body.accept(row);
            if (row + 1 < shape.rows) {
                code.add(FIRST_ROWS, C_STRIDE);
            }
        }
    }

    private void step(int column, int width) {
        int sums = shape.rows * width;
        var element = kind.of(sums);
        for (int i = 0; i < width; i++) {
            var from = at(B_ROW, i * kind.lanes() * shape.type.elementBytes());
            var b = kind.of(sums + 1 + i);
            StoredFloats.widen(code, shape.type, b, from);
            if (shape.blocks()) {
                factor(element, column, i);
                code.vmulps(b, b, element);
            }
        }
        for (int row = 0; row < shape.rows; row++) {
            code.vbroadcastss(element, element(row));
            for (int i = 0; i < width; i++) {
                code.vfmadd231ps(sum(row, i, width), element, kind.of(sums + 1 + i));
            }
        }
    }

    /** The factors of a vector's elements; already loaded if the vector before it is in the same block. */
    private void factor(Vector to, int column, int vector) {
        switch (shape.part) {
            case KEYS -> code.vcvtph2ps(to, at(FACTOR_ROW, vector * kind.lanes() * Short.BYTES));
            case VALUES -> {
                int block = block(column + vector * kind.lanes());
                if (vector == 0 || block != block(column + (vector - 1) * kind.lanes())) {
                    StoredFloats.factor(code, to, at(FACTOR_ROW, Short.BYTES * (block - block(column))));
                }
            }
        }
    }

    private int block(int column) {
        return column / shape.type.blockElements();
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
