package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.List;

/** Numbers that code reads, which are put behind it. */
final class Constants {
    private final Assembler code;
    private final List<Table> tables = new ArrayList<>();

    private record Table(Label label, byte[] bytes) {}

    Constants(Assembler code) {
        this.code = code;
    }

    /** Where four bytes will lie. */
    Address of(int value) {
        return of(new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)});
    }

    /** Where a float will lie. */
    Address of(float value) {
        return of(Float.floatToRawIntBits(value));
    }

    /** Where bytes will lie. */
    Address of(byte[] bytes) {
        var table = new Table(new Label(), bytes);
        tables.add(table);
        return Address.at(table.label);
    }

    /** Writes them, after the last instruction. */
    void place() {
        for (var table : tables) {
            code.align(RoundedRow.LINE);
            code.place(table.label);
            for (byte one : table.bytes) {
                code.int8(one);
            }
        }
    }
}
