package orrery.kernel.jit;

import static orrery.kernel.jit.General.RSP;

/**
 * Memory: {@code [base + index * scale + displacement]}.
 *
 * @param base a register, or a label of data next to the code (relative to the instruction pointer)
 * @param index scaled and added; {@code rsp} means none, as in the encoding itself
 * @param scale 1, 2, 4 or 8
 * @param displacement bytes
 * @param broadcast one element for all lanes, EVEX only
 * @param mask which lanes a store writes; {@link Opmask#K0} for all
 */
record Address(Base base, General index, int scale, int displacement, boolean broadcast, Opmask mask)
        implements Operand.VectorOrMemory {

    Address {
        if (Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
            throw new IllegalArgumentException("scale is " + scale + ", expected 1, 2, 4 or 8");
        }
        if (base instanceof Label && index != RSP) {
            throw new IllegalArgumentException("an address beside the code has no index");
        }
    }

    /** What an address is relative to. */
    sealed interface Base permits General, Label {}

    static Address at(Base base) {
        return at(base, 0);
    }

    static Address at(Base base, int displacement) {
        return new Address(base, RSP, 1, displacement, false, Opmask.K0);
    }

    /**
     * {@code [base + index * scale + displacement]}.
     *
     * @throws IllegalArgumentException if the index is {@code rsp}, which cannot be encoded
     */
    static Address at(General base, General index, int scale, int displacement) {
        if (index == RSP) {
            throw new IllegalArgumentException("rsp cannot be an index");
        }
        return new Address(base, index, scale, displacement, false, Opmask.K0);
    }

    boolean hasIndex() {
        return index != RSP;
    }

    /** The address {@code bytes} further. */
    Address plus(int bytes) {
        return new Address(base, index, scale, Math.addExact(displacement, bytes), broadcast, mask);
    }

    /** One element, broadcast to all lanes: {@code {1to16}}. */
    Address each() {
        return new Address(base, index, scale, displacement, true, mask);
    }

    /** As the destination of a store that writes only the lanes whose bits are 1. */
    Address masked(Opmask by) {
        return new Address(base, index, scale, displacement, broadcast, by);
    }
}
