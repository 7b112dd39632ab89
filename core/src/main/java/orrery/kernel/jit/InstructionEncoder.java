package orrery.kernel.jit;

import orrery.kernel.jit.Operand.Register;
import orrery.kernel.jit.Operand.VectorOrMemory;
import orrery.kernel.jit.Vector.Kind;
import orrery.kernel.jit.VectorInstruction.Prefix;
import orrery.kernel.jit.VectorInstruction.Space;

/**
 * Prefixes, ModRM, SIB and displacements. Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume
 * 2, chapter 2 (REX, VEX, EVEX). Operands that a prefix cannot express are refused here, before any code is written.
 */
abstract class InstructionEncoder implements Emitter {
    /** {@code mov} from a register's lowest byte. */
    static final int STORE_BYTE = 0x88;

    private static final int TWO_BYTE_CODE = 0x0F00;
    /**
     * The first register whose lowest byte needs a prefix: without it, the number means another register's second byte.
     */
    private static final int LOW_BYTE_BY_PREFIX = 4;

    private static final int NO_REGISTER = 0;

    private final CodeBuffer code = new CodeBuffer();
    private final VectorEncoding encoding;

    InstructionEncoder(VectorEncoding encoding) {
        this.encoding = encoding;
    }

    /** The prefix of its vector instructions. */
    final VectorEncoding encoding() {
        return encoding;
    }

    @Override
    public final CodeBuffer code() {
        return code;
    }

    @Override
    public final void emit(VectorInstruction op, Vector to, VectorOrMemory from) {
        checkSource(op, to.kind(), from);
        vector(op, to.kind(), to.number(), NO_REGISTER, from, to.mask(), to.zeroing(), 0);
    }

    @Override
    public final void emit(VectorInstruction op, Vector to, VectorOrMemory from, int immediate) {
        checkSource(op, to.kind(), from);
        vector(op, to.kind(), to.number(), NO_REGISTER, from, to.mask(), to.zeroing(), 1);
        code.int8(immediate);
    }

    @Override
    public final void emit(VectorInstruction op, Vector to, Vector a, VectorOrMemory b) {
        checkSources(op, to.kind(), a, b);
        vector(op, to.kind(), to.number(), a.number(), b, to.mask(), to.zeroing(), 0);
    }

    @Override
    public final void emit(VectorInstruction op, Vector to, Vector a, VectorOrMemory b, int immediate) {
        checkSources(op, to.kind(), a, b);
        vector(op, to.kind(), to.number(), a.number(), b, to.mask(), to.zeroing(), 1);
        code.int8(immediate);
    }

    /** The fourth register is in the upper half of an immediate. */
    @Override
    public final void select(VectorInstruction op, Vector to, Vector a, VectorOrMemory b, Vector selector) {
        checkKind(op, to.kind(), selector);
        checkUnmasked(op, selector);
        if (selector.number() > 15) {
            throw refused(op, "takes a selector of 0..15, not " + selector.number());
        }
        emit(op, to, a, b, selector.number() << 4);
    }

    @Override
    public final void store(VectorInstruction op, VectorOrMemory to, Vector from) {
        stored(op, to, from, 0);
    }

    @Override
    public final void store(VectorInstruction op, VectorOrMemory to, Vector from, int immediate) {
        stored(op, to, from, 1);
        code.int8(immediate);
    }

    private void stored(VectorInstruction op, VectorOrMemory to, Vector from, int immediateBytes) {
        checkUnmasked(op, from);
        switch (to) {
            case Vector register -> {
                checkKind(op, op.tuple().register(from.kind()), register);
                vector(
                        op,
                        from.kind(),
                        from.number(),
                        NO_REGISTER,
                        to,
                        register.mask(),
                        register.zeroing(),
                        immediateBytes);
            }
            case Address address ->
                vector(op, from.kind(), from.number(), NO_REGISTER, to, address.mask(), false, immediateBytes);
        }
    }

    @Override
    public final void narrow(VectorInstruction op, Vector to, Vector from) {
        checkUnmasked(op, from);
        checkKind(op, from.kind().half(), to);
        vector(op, from.kind(), to.number(), NO_REGISTER, from, to.mask(), to.zeroing(), 0);
    }

    @Override
    public final void shift(VectorInstruction op, int extension, Vector to, VectorOrMemory from, int immediate) {
        checkSource(op, to.kind(), from);
        if (from instanceof Address && encoding == VectorEncoding.VEX) {
            throw new IllegalArgumentException("a shift out of memory exists in EVEX alone");
        }
        vector(op, to.kind(), extension, to.number(), from, to.mask(), to.zeroing(), 1);
        code.int8(immediate);
    }

    @Override
    public final void compare(VectorInstruction op, Opmask to, Opmask among, Vector a, VectorOrMemory b) {
        checkSources(op, a.kind(), a, b);
        vector(op, a.kind(), to.number(), a.number(), b, among, false, 0);
    }

    @Override
    public final void compare(
            VectorInstruction op, Opmask to, Opmask among, Vector a, VectorOrMemory b, int immediate) {
        checkSources(op, a.kind(), a, b);
        vector(op, a.kind(), to.number(), a.number(), b, among, false, 1);
        code.int8(immediate);
    }

    @Override
    public final void cross(VectorInstruction op, Vector vector, Register other) {
        vector(op, vector.kind(), vector.number(), NO_REGISTER, other, vector.mask(), vector.zeroing(), 0);
    }

    private static void checkSources(VectorInstruction op, Kind kind, Vector a, VectorOrMemory b) {
        checkKind(op, kind, a);
        checkUnmasked(op, a);
        checkSource(op, kind, b);
    }

    private static void checkSource(VectorInstruction op, Kind kind, VectorOrMemory from) {
        checkUnmasked(op, from);
        if (from instanceof Vector register) {
            checkKind(op, op.tuple().register(kind), register);
        }
    }

    private static void checkKind(VectorInstruction op, Kind expected, Vector register) {
        if (register.kind() != expected) {
            throw refused(op, "takes a register of " + expected + " here, not of " + register.kind());
        }
    }

    private static void checkUnmasked(VectorInstruction op, VectorOrMemory source) {
        var mask = switch (source) {
            case Vector register -> register.mask();
            case Address address -> address.mask();
        };
        if (mask != Opmask.K0) {
            throw refused(op, "takes a mask with its destination alone");
        }
    }

    private static void checkPlain(Operand rm) {
        if (rm instanceof Address address && (address.broadcast() || address.mask() != Opmask.K0)) {
            throw new IllegalArgumentException(
                    "only vector instructions take a mask or a broadcast, not of " + address);
        }
    }

    private static IllegalArgumentException refused(VectorInstruction op, String why) {
        return new IllegalArgumentException(op.mnemonic() + " " + why);
    }

    /** The whole instruction except its immediate of {@code immediateBytes}. */
    private void vector(
            VectorInstruction op,
            Kind length,
            int reg,
            int second,
            Operand rm,
            Opmask mask,
            boolean zeroing,
            int immediateBytes) {
        if (!op.has(length)) {
            throw refused(op, "does not exist for " + length);
        }
        boolean broadcast = rm instanceof Address address && address.broadcast();
        if (broadcast && op.tuple() != Tuple.FULL) {
            throw refused(op, "cannot broadcast from memory");
        }
        if (mask != Opmask.K0 && !op.takesMask()) {
            throw refused(op, "takes no mask");
        }
        if (op.exists(encoding) && encoding == VectorEncoding.EVEX) {
            evex(op, length, reg, second, rm, broadcast, mask, zeroing);
            int element = op.w(encoding) == 1 ? Long.BYTES : Integer.BYTES;
            modrm(reg, rm, broadcast ? element : op.tuple().bytes(length), immediateBytes);
            return;
        }
        if (!op.exists(VectorEncoding.VEX)) {
            throw refused(op, "exists in EVEX alone");
        }
        boolean high = reg > 15 || second > 15 || (rm instanceof Register register && register.number() > 15);
        if (high || length == Kind.ZMM || mask != Opmask.K0 || broadcast) {
            throw refused(op, "has 16 registers of at most 256 bits in VEX, no masks and no broadcasts");
        }
        vexPrefix(op.prefix(), op.space(), op.w(VectorEncoding.VEX), length.ordinal(), reg, second, rm);
        code.int8(op.code());
        modrm(reg, rm, 1, immediateBytes);
    }

    /** Prefix and opcode. All bits of registers, and the lower four of W's byte, are stored inverted. */
    private void evex(
            VectorInstruction op,
            Kind length,
            int reg,
            int second,
            Operand rm,
            boolean broadcast,
            Opmask mask,
            boolean zeroing) {
        code.int8(0x62);
        code.int8((~reg >> 3 & 1) << 7
                | (~x(rm) & 1) << 6
                | (~b(rm) & 1) << 5
                | (~reg >> 4 & 1) << 4
                | op.space().bits());
        code.int8(op.w(VectorEncoding.EVEX) << 7
                | (~second & 15) << 3
                | 1 << 2
                | op.prefix().ordinal());
        code.int8((zeroing ? 1 : 0) << 7
                | length.ordinal() << 5
                | (broadcast ? 1 : 0) << 4
                | (~second >> 4 & 1) << 3
                | mask.number());
        code.int8(op.code());
    }

    /** Two bytes if possible, otherwise three. */
    private void vexPrefix(Prefix prefix, Space space, int w, int length, int reg, int second, Operand rm) {
        int last = (~second & 15) << 3 | length << 2 | prefix.ordinal();
        int r = (~reg >> 3 & 1) << 7;
        if (space == Space.M0F && w == 0 && x(rm) == 0 && b(rm) == 0) {
            code.int8(0xC5);
            code.int8(r | last);
        } else {
            code.int8(0xC4);
            code.int8(r | (~x(rm) & 1) << 6 | (~b(rm) & 1) << 5 | space.bits());
            code.int8(w << 7 | last);
        }
    }

    @Override
    public final void vex(
            Prefix prefix, Space space, int w, int length, int opcode, Register reg, int second, Operand rm) {
        if (encoding == VectorEncoding.VEX && (reg instanceof Opmask || rm instanceof Opmask)) {
            throw new IllegalArgumentException("mask registers exist in EVEX alone");
        }
        checkPlain(rm);
        vexPrefix(prefix, space, w, length, reg.number(), second, rm);
        code.int8(opcode);
        modrm(reg.number(), rm, 1, 0);
    }

    @Override
    public final void general(boolean wide, int opcode, int reg, Operand rm, int following) {
        checkPlain(rm);
        int rex = (wide ? 1 : 0) << 3 | reg >> 3 << 2 | x(rm) << 1 | b(rm);
        if (rex != 0 || (opcode == STORE_BYTE && reg >= LOW_BYTE_BY_PREFIX)) {
            code.int8(0x40 | rex);
        }
        if (opcode >= TWO_BYTE_CODE) {
            code.int8(opcode >> Byte.SIZE);
        }
        code.int8(opcode);
        modrm(reg, rm, 1, following);
    }

    /** Bit 3 of the base, or of the register. */
    private static int b(Operand rm) {
        return switch (rm) {
            case Register register -> register.number() >> 3 & 1;
            case Address address ->
                switch (address.base()) {
                    case General base -> base.number() >> 3;
                    case Label _ -> 0;
                };
        };
    }

    /** Bit 3 of the index, or bit 4 of the register. */
    private static int x(Operand rm) {
        return switch (rm) {
            case Register register -> register.number() >> 4;
            case Address address -> address.index().number() >> 3;
        };
    }

    /**
     * ModRM and what follows it.
     *
     * @param unit the unit of a one-byte displacement
     */
    private void modrm(int reg, Operand rm, int unit, int immediateBytes) {
        int field = (reg & 7) << 3;
        switch (rm) {
            case Register register -> code.int8(0b11_000_000 | field | (register.number() & 7));
            case Address address -> {
                switch (address.base()) {
                    case General base -> memory(field, base.number() & 7, address, unit);
                    case Label label -> {
                        code.int8(field | 0b101);
                        code.distance(label, address.displacement(), immediateBytes);
                    }
                }
            }
        }
    }

    /** Base 4 (rsp, r12) marks a SIB byte, and base 5 (rbp, r13) without a displacement would have another meaning. */
    private void memory(int field, int base, Address address, int unit) {
        int displacement = address.displacement();
        boolean sib = address.hasIndex() || base == 4;
        int units = displacement / unit;
        boolean small = displacement % unit == 0 && units == (byte) units;
        boolean none = displacement == 0 && base != 5;
        int mode = none ? 0b00 : small ? 0b01 : 0b10;
        code.int8(mode << 6 | field | (sib ? 4 : base));
        if (sib) {
            code.int8(Integer.numberOfTrailingZeros(address.scale()) << 6
                    | (address.index().number() & 7) << 3
                    | base);
        }
        if (mode == 0b01) {
            code.int8(units);
        } else if (mode == 0b10) {
            code.int32(displacement);
        }
    }
}
