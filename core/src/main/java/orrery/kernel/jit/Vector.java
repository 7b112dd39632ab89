package orrery.kernel.jit;

/**
 * A vector register at one of its three widths. As the first operand of an instruction it may have a mask, as in
 * {@code zmm1{k1}{z}}: lanes whose bit is 0 keep their value or, with {@code zeroing}, become 0; a masked load does not
 * access the memory of those lanes.
 *
 * @param number 0 to 31; VEX can encode the first 16
 * @param mask {@link Opmask#K0} for none
 * @param zeroing only with a mask
 */
record Vector(int number, Kind kind, Opmask mask, boolean zeroing) implements Operand.Register, Operand.VectorOrMemory {
    private static final int REGISTERS = 32;

    Vector {
        if (number < 0 || number >= REGISTERS) {
            throw new IllegalArgumentException("there is no vector register " + number + ", expected 0..31");
        }
        if (zeroing && mask == Opmask.K0) {
            throw new IllegalArgumentException("zeroing needs a mask of k1..k7");
        }
    }

    /** The widths, in the order of the length fields of VEX and EVEX. */
    enum Kind {
        XMM,
        YMM,
        ZMM;

        int bytes() {
            return 16 << ordinal();
        }

        /** Lanes of 32 bits. */
        int lanes() {
            return bytes() / Integer.BYTES;
        }

        Vector of(int number) {
            return new Vector(number, this, Opmask.K0, false);
        }

        /** The register with half the width; the half of an xmm register is in an xmm register. */
        Kind half() {
            return this == ZMM ? YMM : XMM;
        }
    }

    static Vector xmm(int number) {
        return Kind.XMM.of(number);
    }

    static Vector ymm(int number) {
        return Kind.YMM.of(number);
    }

    static Vector zmm(int number) {
        return Kind.ZMM.of(number);
    }

    /** The same register at another width. */
    Vector as(Kind other) {
        return new Vector(number, other, mask, zeroing);
    }

    /** Its lower half. */
    Vector half() {
        return as(kind.half());
    }

    /** Its lowest 128 bits. */
    Vector xmm() {
        return as(Kind.XMM);
    }

    /** As a destination whose lanes without a bit keep their value. */
    Vector masked(Opmask by) {
        return new Vector(number, kind, by, false);
    }

    /** As a destination whose lanes without a bit become 0. */
    Vector zeroed(Opmask by) {
        return new Vector(number, kind, by, true);
    }
}
