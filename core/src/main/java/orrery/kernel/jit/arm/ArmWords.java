package orrery.kernel.jit.arm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import orrery.kernel.jit.arm.ArmVector.Arrangement;
import orrery.kernel.jit.arm.ArmVector.Element;

/**
 * A growing buffer of instruction words, with encoders for the fields of operands; distances to labels are resolved at
 * the end.
 */
abstract class ArmWords {
    private static final int NO_OPERATION = 0xD503201F;
    private static final int LINE_WORDS = 16;
    private static final int VECTOR_BYTES = 16;

    private final List<Reference> references = new ArrayList<>();
    private final List<Literal> literals = new ArrayList<>();
    private int[] words = new int[64];
    private int count;

    /** A word whose bits 5 to 23 will contain the distance to a label, in words. */
    private record Reference(int at, ArmLabel label) {}

    private record Literal(ArmLabel label, byte[] bytes) {}

    final void word(int word) {
        if (count == words.length) {
            words = Arrays.copyOf(words, 2 * count);
        }
        words[count++] = word;
    }

    /** A word with the distance to a label. */
    final void word(int word, ArmLabel to) {
        references.add(new Reference(count, to));
        word(word);
    }

    /** Bytes so far. */
    public final int size() {
        return Integer.BYTES * count;
    }

    /** Places a label here. */
    public final void place(ArmLabel label) {
        label.placeAt(count);
    }

    /** Pads with no-operations to a cache line. */
    public final void align() {
        while (count % LINE_WORDS != 0) {
            word(NO_OPERATION);
        }
    }

    /** The label of sixteen bytes after the last instruction. */
    public final ArmLabel literal(byte[] sixteen) {
        if (sixteen.length != VECTOR_BYTES) {
            throw new IllegalArgumentException(sixteen.length + " bytes of a constant, expected " + VECTOR_BYTES);
        }
        var literal = new Literal(new ArmLabel(), sixteen.clone());
        literals.add(literal);
        return literal.label;
    }

    /** The label of four copies of a 32-bit number. */
    public final ArmLabel literal(int number) {
        var bytes = ByteBuffer.allocate(VECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putInt(number);
        }
        return literal(bytes.array());
    }

    /**
     * The code and its constants.
     *
     * @throws IllegalStateException if a label is used but was never placed
     */
    public final byte[] finish() {
        for (var literal : literals) {
            align();
            place(literal.label);
            var bytes = ByteBuffer.wrap(literal.bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                word(bytes.getInt());
            }
        }
        literals.clear();
        for (var reference : references) {
            words[reference.at] |= signed("the distance to a label", reference.label.word() - reference.at, 19) << 5;
        }
        references.clear();
        var code = ByteBuffer.allocate(size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            code.putInt(words[i]);
        }
        return code.array();
    }

    /** Checks that an unsigned number fits into a field of {@code bits}. */
    static int unsigned(String what, int value, int bits) {
        if (value < 0 || value >= 1 << bits) {
            throw new IllegalArgumentException(what + " is " + value + ", expected 0.." + ((1 << bits) - 1));
        }
        return value;
    }

    private static int signed(String what, int value, int bits) {
        int limit = 1 << (bits - 1);
        if (value < -limit || value >= limit) {
            throw new IllegalArgumentException(what + " is " + value + ", expected " + -limit + ".." + (limit - 1));
        }
        return value & ((1 << bits) - 1);
    }

    /** Three registers: Rm, Rn and Rd. */
    final void three(int base, int to, int a, int b) {
        word(base | b << 16 | a << 5 | to);
    }

    /** Checks that all arrangements are as expected, and emits {@code op to, a, b}. */
    final void same(int base, Arrangement expected, ArmVector to, ArmVector a, ArmVector b) {
        three(base, number(to, expected), number(a, expected), number(b, expected));
    }

    /** Products of 8-bit integers, added to 32-bit ones. */
    final void dot(int base, ArmVector to, ArmVector a, ArmVector b) {
        three(base, number(to, Arrangement.S4), number(a, Arrangement.B16), number(b, Arrangement.B16));
    }

    /** With one element of the last register. */
    final void byElement(int base, Arrangement of, ArmVector to, ArmVector a, Element b) {
        if (b.group() != of) {
            throw new IllegalArgumentException("an element of " + b.group() + ", expected one of " + of);
        }
        int index = unsigned("the number of an element", b.index(), 2);
        three(
                base | (index & 1) << 21 | (index >> 1) << 11,
                number(to, Arrangement.S4),
                number(a, of),
                ArmVector.v(b.number()).number());
    }

    /** {@code op to, from}. */
    final void two(int base, ArmVector to, Arrangement toAs, ArmVector from, Arrangement fromAs) {
        word(base | number(from, fromAs) << 5 | number(to, toAs));
    }

    /**
     * A load or a store with a multiple of the size, or otherwise with a small distance.
     *
     * @param scaled the first form for 128 bits
     * @param unscaled the second form
     */
    final void memory(int scaled, int unscaled, ArmVector vector, ArmGeneral base, int offset) {
        int size = switch (vector.arrangement()) {
            case Q -> 0x0000_0000;
            case D -> 0xC000_0000;
            case S -> 0x8000_0000;
            case B16, B8, H8, H4, S4, D2, H ->
                throw new IllegalArgumentException("a load or a store takes Q, D or S, not " + vector);
        };
        // 128 bits have size 0 and an upper bit in the operation.
        int upper = vector.arrangement() == Arrangement.Q ? 0x0080_0000 : 0;
        int bytes = vector.arrangement().bytes();
        int form = offset >= 0 && offset % bytes == 0 && offset / bytes < 1 << 12
                ? scaled | (offset / bytes) << 10
                : unscaled | signed("the distance from a register", offset, 9) << 12;
        word(size | upper | form | base.number() << 5 | vector.number());
    }

    /** The number of a register that an instruction accepts in only one arrangement. */
    static int number(ArmVector vector, Arrangement expected) {
        if (vector.arrangement() != expected) {
            throw new IllegalArgumentException("a register as " + vector.arrangement() + ", expected " + expected);
        }
        return vector.number();
    }

    /** The same for several arrangements. */
    static int number(ArmVector vector, Set<Arrangement> expected) {
        if (!expected.contains(vector.arrangement())) {
            throw new IllegalArgumentException(
                    "a register as " + vector.arrangement() + ", expected one of " + expected);
        }
        return vector.number();
    }

    /** A register other than the stack pointer, whose number would mean zero here. */
    static int notStack(ArmGeneral register) {
        if (register == ArmGeneral.SP) {
            throw new IllegalArgumentException("this instruction does not take the stack pointer");
        }
        return register.number();
    }
}
