package orrery.kernel.jit;

import orrery.kernel.jit.Operand.VectorOrMemory;

/** The encoders that the mnemonics use: one method for each form of operands. */
interface Emitter {
    /** The output buffer. */
    CodeBuffer code();

    /** {@code to = op(from)}. */
    void emit(VectorInstruction op, Vector to, VectorOrMemory from);

    /** {@code to = op(from, immediate)}. */
    void emit(VectorInstruction op, Vector to, VectorOrMemory from, int immediate);

    /** {@code to = op(a, b)}, or {@code op(to, a, b)}. */
    void emit(VectorInstruction op, Vector to, Vector a, VectorOrMemory b);

    /** {@code to = op(a, b, immediate)}. */
    void emit(VectorInstruction op, Vector to, Vector a, VectorOrMemory b, int immediate);

    /** {@code to = op(a, b)}, lane by lane by the signs of {@code selector}. */
    void select(VectorInstruction op, Vector to, Vector a, VectorOrMemory b, Vector selector);

    /** {@code to = op(from)}, with a destination that may be memory. */
    void store(VectorInstruction op, VectorOrMemory to, Vector from);

    /** {@code to = op(from, immediate)}, with a destination that may be memory. */
    void store(VectorInstruction op, VectorOrMemory to, Vector from, int immediate);

    /** {@code to = op(from)} with half the width of {@code from}, which is encoded in the place of a source. */
    void narrow(VectorInstruction op, Vector to, Vector from);

    /** {@code to = op(from, immediate)}, for a group of instructions; {@code extension} selects one of them. */
    void shift(VectorInstruction op, int extension, Vector to, VectorOrMemory from, int immediate);

    /** {@code to = op(a, b)}, only for the lanes in {@code among}. */
    void compare(VectorInstruction op, Opmask to, Opmask among, Vector a, VectorOrMemory b);

    /** {@code to = op(a, b, immediate)}, only for the lanes in {@code among}. */
    void compare(VectorInstruction op, Opmask to, Opmask among, Vector a, VectorOrMemory b, int immediate);

    /** {@code to = op(from)} between a vector, encoded in the field reg, and another kind of register. */
    void cross(VectorInstruction op, Vector vector, Operand.Register other);

    /**
     * An instruction with a VEX prefix on masks or general registers.
     *
     * @param length the bit L
     */
    void vex(
            VectorInstruction.Prefix prefix,
            VectorInstruction.Space space,
            int w,
            int length,
            int code,
            Operand.Register reg,
            int second,
            Operand rm);

    /**
     * An instruction on general registers.
     *
     * @param wide 64 bits, not 32
     * @param code one byte, or two that start with 0x0F
     * @param reg a register's number, or an extension of the code
     * @param following how many bytes of an immediate the caller writes after it
     */
    void general(boolean wide, int code, int reg, Operand rm, int following);
}
