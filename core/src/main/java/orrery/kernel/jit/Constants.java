package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers that code reads, which are put behind it. */
final class Constants {
    private final Assembler code;
    private final List<Table> tables = new ArrayList<>();
    private final Map<Integer, Address> vectors = new HashMap<>();

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

    /** Where a vector will lie that holds the same number in every lane; one for each number. */
    Address ofEach(int value, Vector.Kind kind) {
        return vectors.computeIfAbsent(value, number -> {
            byte[] bytes = new byte[kind.bytes()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (number >> (Byte.SIZE * (i % Integer.BYTES)));
            }
            return of(bytes);
        });
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
