package orrery.kernel.jit;

import static orrery.kernel.jit.General.R10;
import static orrery.kernel.jit.General.R11;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RSI;

import java.util.Arrays;

/**
 * Emits instructions that read the same bytes of as many rows as a vector has 32-bit lanes, one row per lane: four
 * loads of 128 bits for every four rows, then a transposition within each 128 bits.
 */
final class RowReader {
    /** Bytes of a row that are read at once. */
    static final int BYTES = 16;

    /** The addresses of rows 0, 4, 8 and 12. */
    private static final General[] EVERY_FOURTH = {RDI, R9, R10, R11};
    /** Bytes from one row to the next, and three times as many. */
    static final General ROW_BYTES = RSI;

    static final General THREE_ROWS = RBX;
    static final General FIRST_ROW = RDI;
    private static final int ROWS_IN_128 = 4;

    private final Assembler code;
    private final Vector.Kind kind;
    /** Four rows out of each four, before and during the transposition. */
    private final Vector[] rows;

    private final Vector[] pairs;

    /**
     * A reader.
     *
     * @param first the number of the first of eight vector registers that it uses
     */
    RowReader(Assembler code, Vector.Kind kind, int first) {
        this.code = code;
        this.kind = kind;
        rows = registers(kind, first, ROWS_IN_128);
        pairs = registers(kind, first + ROWS_IN_128, ROWS_IN_128);
    }

    /** {@code count} registers from {@code first} on. */
    static Vector[] registers(Vector.Kind kind, int first, int count) {
        var some = new Vector[count];
        Arrays.setAll(some, i -> kind.of(first + i));
        return some;
    }

    /** Computes the addresses of every fourth row from the first one's. */
    void begin() {
        code.lea(THREE_ROWS, Address.at(ROW_BYTES, ROW_BYTES, 2, 0));
        for (int i = 1; i < parts(); i++) {
            code.lea(EVERY_FOURTH[i], Address.at(EVERY_FOURTH[i - 1], ROW_BYTES, 4, 0));
        }
    }

    private int parts() {
        return kind.lanes() / ROWS_IN_128;
    }

    /** Advances by {@code bytes} in all rows. */
    void advance(int bytes) {
        for (int i = 0; i < parts(); i++) {
            code.add(EVERY_FOURTH[i], bytes);
        }
    }

    private static Address row(int row, int offset) {
        var base = EVERY_FOURTH[row / ROWS_IN_128];
        return switch (row % ROWS_IN_128) {
            case 0 -> Address.at(base, offset);
            case 1, 2 -> Address.at(base, ROW_BYTES, row % ROWS_IN_128, offset);
            default -> Address.at(base, THREE_ROWS, 1, offset);
        };
    }

    /** Reads sixteen bytes of each row, from an offset on: {@code to[i]} gets bytes {@code 4 i} to {@code 4 i + 3}. */
    void read(int offset, Vector[] to) {
        for (int i = 0; i < ROWS_IN_128; i++) {
            code.vmovdqu(rows[i].xmm(), row(i, offset));
            for (int part = 1; part < parts(); part++) {
                code.vinserti128(rows[i], rows[i], row(ROWS_IN_128 * part + i, offset), part);
            }
        }
        code.vpunpckldq(pairs[0], rows[0], rows[1]);
        code.vpunpckhdq(pairs[1], rows[0], rows[1]);
        code.vpunpckldq(pairs[2], rows[2], rows[3]);
        code.vpunpckhdq(pairs[3], rows[2], rows[3]);
        code.vpunpcklqdq(to[0], pairs[0], pairs[2]);
        code.vpunpckhqdq(to[1], pairs[0], pairs[2]);
        code.vpunpcklqdq(to[2], pairs[1], pairs[3]);
        code.vpunpckhqdq(to[3], pairs[1], pairs[3]);
    }
}
