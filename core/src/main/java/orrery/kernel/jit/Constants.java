package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Constants that code reads, placed after it. */
final class Constants {
    private final Assembler code;
    private final List<Table> tables = new ArrayList<>();
    private final Map<Integer, Address> vectors = new HashMap<>();

    private record Table(Label label, byte[] bytes) {}

    Constants(Assembler code) {
        this.code = code;
    }

    /** The address of a four-byte constant. */
    Address of(int value) {
        return of(new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)});
    }

    /** The address of a float. */
    Address of(float value) {
        return of(Float.floatToRawIntBits(value));
    }

    /** The address of some bytes. */
    Address of(byte[] bytes) {
        var table = new Table(new Label(), bytes);
        tables.add(table);
        return Address.at(table.label);
    }

    /** The address of a vector with the same number in every lane; equal numbers share it. */
    Address ofEach(int value, Vector.Kind kind) {
        return vectors.computeIfAbsent(value, number -> {
            byte[] bytes = new byte[kind.bytes()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (number >> (Byte.SIZE * (i % Integer.BYTES)));
            }
            return of(bytes);
        });
    }

    /** Places them, after the last instruction. */
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
