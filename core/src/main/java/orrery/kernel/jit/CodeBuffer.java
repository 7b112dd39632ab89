package orrery.kernel.jit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A growing buffer of bytes, with references to labels that are resolved at the end. */
final class CodeBuffer {
    private static final int FIRST_SIZE = 1 << 8;

    /**
     * No-operations of one to eight bytes, as Intel's manual recommends them; one long one is faster than many short
     * ones.
     */
    private static final int[][] NO_OPERATIONS = {
        {0x90},
        {0x66, 0x90},
        {0x0F, 0x1F, 0x00},
        {0x0F, 0x1F, 0x40, 0},
        {0x0F, 0x1F, 0x44, 0, 0},
        {0x66, 0x0F, 0x1F, 0x44, 0, 0},
        {0x0F, 0x1F, 0x80, 0, 0, 0, 0},
        {0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0}
    };

    private final List<Reference> references = new ArrayList<>();
    private byte[] bytes = new byte[FIRST_SIZE];
    private int size;

    /** Four bytes at an offset that will contain {@code label + addend - from}. */
    private record Reference(int at, Label label, int addend, int from) {}

    int size() {
        return size;
    }

    /** The lowest eight bits. */
    void int8(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
    }

    void int32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int8(value >> shift);
        }
    }

    void int64(long value) {
        int32((int) value);
        int32((int) (value >> Integer.SIZE));
    }

    /**
     * Four bytes: the distance to a label from the end of the instruction, as in jumps and RIP-relative addresses.
     *
     * @param following how many bytes of the instruction come after these four
     */
    void distance(Label to, int addend, int following) {
        references.add(new Reference(size, to, addend, size + Integer.BYTES + following));
        int32(0);
    }

    /** Pads with no-operations to a multiple of {@code alignment}, a power of two. */
    void align(int alignment) {
        int left = -size & (alignment - 1);
        while (left > 0) {
            int length = Math.min(left, NO_OPERATIONS.length);
            for (int value : NO_OPERATIONS[length - 1]) {
                int8(value);
            }
            left -= length;
        }
    }

    /**
     * All bytes, with every reference resolved.
     *
     * @throws IllegalStateException if a label is used but was never placed
     */
    byte[] finish() {
        var code = ByteBuffer.wrap(Arrays.copyOf(bytes, size)).order(ByteOrder.LITTLE_ENDIAN);
        for (var reference : references) {
            code.putInt(reference.at, reference.label.offset() + reference.addend - reference.from);
        }
        return code.array();
    }
}
