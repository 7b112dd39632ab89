package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.Prefix.NP;
import static orrery.kernel.jit.VectorInstruction.Space.M0F38;

/** Instructions on general registers, jumps, prefetches and similar. 64 bits wide unless the name says otherwise. */
interface GeneralInstructions extends Emitter {
    /** The members of the group of codes 0x81 and 0x83, which are also eight apart among the plain codes. */
    int ADD = 0;

    int OR = 1;
    int AND = 4;
    int SUB = 5;
    int XOR = 6;
    int CMP = 7;

    default void mov(General to, General from) {
        general(true, 0x89, from.number(), to, 0);
    }

    default void mov(General to, Address from) {
        general(true, 0x8B, to.number(), from, 0);
    }

    default void mov(Address to, General from) {
        general(true, 0x89, from.number(), to, 0);
    }

    /** A constant, in the shortest of three forms. */
    default void mov(General to, long value) {
        if (value == (int) value) {
            general(true, 0xC7, 0, to, Integer.BYTES);
            code().int32((int) value);
            return;
        }
        boolean wide = value >>> Integer.SIZE != 0;
        int rex = (wide ? 8 : 0) | to.number() >> 3;
        if (rex != 0) {
            code().int8(0x40 | rex);
        }
        code().int8(0xB8 | (to.number() & 7));
        if (wide) {
            code().int64(value);
        } else {
            code().int32((int) value);
        }
    }

    /** 32 bits; the upper half becomes 0. */
    default void mov32(General to, Address from) {
        general(false, 0x8B, to.number(), from, 0);
    }

    /** The lower 32 bits. */
    default void mov32(Address to, General from) {
        general(false, 0x89, from.number(), to, 0);
    }

    /** The lower 16 bits. */
    default void mov16(Address to, General from) {
        code().int8(0x66);
        general(false, 0x89, from.number(), to, 0);
    }

    /** The lowest 8 bits. */
    default void mov8(Address to, General from) {
        general(false, InstructionEncoder.STORE_BYTE, from.number(), to, 0);
    }

    /** One unsigned byte. */
    default void movzx8(General to, Address from) {
        general(false, 0x0FB6, to.number(), from, 0);
    }

    /** Two unsigned bytes. */
    default void movzx16(General to, Address from) {
        general(false, 0x0FB7, to.number(), from, 0);
    }

    /** The address itself. */
    default void lea(General to, Address from) {
        general(true, 0x8D, to.number(), from, 0);
    }

    default void xchg(General a, General b) {
        general(true, 0x87, b.number(), a, 0);
    }

    default void add(General to, General from) {
        arithmetic(ADD, to, from);
    }

    default void add(General to, Address from) {
        arithmetic(ADD, to, from);
    }

    default void add(General to, int value) {
        arithmetic(ADD, to, value);
    }

    default void sub(General to, General from) {
        arithmetic(SUB, to, from);
    }

    default void sub(General to, Address from) {
        arithmetic(SUB, to, from);
    }

    default void sub(General to, int value) {
        arithmetic(SUB, to, value);
    }

    default void and(General to, General from) {
        arithmetic(AND, to, from);
    }

    default void and(General to, int value) {
        arithmetic(AND, to, value);
    }

    default void or(General to, General from) {
        arithmetic(OR, to, from);
    }

    default void xor(General to, General from) {
        arithmetic(XOR, to, from);
    }

    default void cmp(General a, General b) {
        arithmetic(CMP, a, b);
    }

    default void cmp(General a, Address b) {
        arithmetic(CMP, a, b);
    }

    default void cmp(General a, int value) {
        arithmetic(CMP, a, value);
    }

    private void arithmetic(int member, General to, General from) {
        general(true, member << 3 | 0x01, from.number(), to, 0);
    }

    private void arithmetic(int member, General to, Address from) {
        general(true, member << 3 | 0x03, to.number(), from, 0);
    }

    private void arithmetic(int member, General to, int value) {
        boolean small = value == (byte) value;
        general(true, small ? 0x83 : 0x81, member, to, small ? 1 : Integer.BYTES);
        if (small) {
            code().int8(value);
        } else {
            code().int32(value);
        }
    }

    default void test(General a, General b) {
        general(true, 0x85, b.number(), a, 0);
    }

    default void neg(General to) {
        general(true, 0xF7, 3, to, 0);
    }

    default void shl(General to, int bits) {
        shift(4, to, bits);
    }

    default void shr(General to, int bits) {
        shift(5, to, bits);
    }

    private void shift(int member, General to, int bits) {
        general(true, 0xC1, member, to, 1);
        code().int8(bits);
    }

    /** {@code to = from} with the bits from {@code index} on cleared, a mask for the last lanes (BMI2). */
    default void bzhi(General to, Operand from, General index) {
        vex(NP, M0F38, 1, 0, 0xF5, to, index.number(), from);
    }

    default void push(General from) {
        stack(0x50, from);
    }

    default void pop(General to) {
        stack(0x58, to);
    }

    private void stack(int opcode, General register) {
        if (register.number() > 7) {
            code().int8(0x41);
        }
        code().int8(opcode | (register.number() & 7));
    }

    /** {@code to = from} if the condition holds. */
    default void cmov(Condition condition, General to, General from) {
        general(true, 0x0F40 | condition.code(), to.number(), from, 0);
    }

    default void jmp(Label to) {
        code().int8(0xE9);
        code().distance(to, 0, 0);
    }

    default void jump(Condition condition, Label to) {
        code().int8(0x0F);
        code().int8(0x80 | condition.code());
        code().distance(to, 0, 0);
    }

    default void jz(Label to) {
        jump(Condition.ZERO, to);
    }

    default void jnz(Label to) {
        jump(Condition.NOT_ZERO, to);
    }

    default void jl(Label to) {
        jump(Condition.LESS, to);
    }

    default void jge(Label to) {
        jump(Condition.GREATER_OR_EQUAL, to);
    }

    default void jbe(Label to) {
        jump(Condition.BELOW_OR_EQUAL, to);
    }

    default void jae(Label to) {
        jump(Condition.ABOVE_OR_EQUAL, to);
    }

    default void ret() {
        code().int8(0xC3);
    }

    default void cpuid() {
        code().int8(0x0F);
        code().int8(0xA2);
    }

    default void xgetbv() {
        code().int8(0x0F);
        code().int8(0x01);
        code().int8(0xD0);
    }

    /** Prefetches into all caches. */
    default void prefetcht0(Address line) {
        general(false, 0x0F18, 1, line, 0);
    }

    /** Clears everything above the lower 128 bits; without it, the caller's SSE code becomes slow. */
    default void vzeroupper() {
        code().int8(0xC5);
        code().int8(0xF8);
        code().int8(0x77);
    }
}
