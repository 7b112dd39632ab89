package orrery.kernel.jit.arm;

/**
 * A 128-bit vector register, with the arrangement in which an instruction uses it.
 *
 * @param number 0 to 31
 */
public record ArmVector(int number, Arrangement arrangement) {
    private static final int REGISTERS = 32;

    /** Checks the number. */
    public ArmVector {
        if (number < 0 || number >= REGISTERS) {
            throw new IllegalArgumentException("there is no vector register " + number + ", expected 0..31");
        }
    }

    /** The number and size of elements, or a scalar at the lower end. */
    public enum Arrangement {
        B16(1, 16),
        B8(1, 8),
        H8(2, 16),
        H4(2, 8),
        S4(4, 16),
        D2(8, 16),
        /** All 128 bits. */
        Q(16, 16),
        D(8, 8),
        S(4, 4),
        H(2, 2);

        private final int elementBytes;
        private final int bytes;

        Arrangement(int elementBytes, int bytes) {
            this.elementBytes = elementBytes;
            this.bytes = bytes;
        }

        /** Bytes per element. */
        public int elementBytes() {
            return elementBytes;
        }

        /** Bytes of all elements. */
        public int bytes() {
            return bytes;
        }
    }

    /**
     * One element for all lanes of the other operands, or four bytes of one.
     *
     * @param number of the register
     * @param group {@link Arrangement#S4} for 32-bit numbers, {@link Arrangement#B16} for groups of four bytes
     * @param index 0 to 3
     */
    public record Element(int number, Arrangement group, int index) {}

    /** The register with a number, as 128 bits. */
    public static ArmVector v(int number) {
        return new ArmVector(number, Arrangement.Q);
    }

    private ArmVector as(Arrangement other) {
        return new ArmVector(number, other);
    }

    /** As sixteen bytes. */
    public ArmVector b16() {
        return as(Arrangement.B16);
    }

    /** As eight bytes. */
    public ArmVector b8() {
        return as(Arrangement.B8);
    }

    /** As eight 16-bit numbers. */
    public ArmVector h8() {
        return as(Arrangement.H8);
    }

    /** As four 16-bit numbers. */
    public ArmVector h4() {
        return as(Arrangement.H4);
    }

    /** As four 32-bit numbers. */
    public ArmVector s4() {
        return as(Arrangement.S4);
    }

    /** As two 64-bit numbers. */
    public ArmVector d2() {
        return as(Arrangement.D2);
    }

    /** As its lowest 64 bits. */
    public ArmVector d() {
        return as(Arrangement.D);
    }

    /** As its lowest 32 bits. */
    public ArmVector s() {
        return as(Arrangement.S);
    }

    /** As its lowest 16 bits. */
    public ArmVector h() {
        return as(Arrangement.H);
    }

    /** One of its four 32-bit numbers. */
    public Element s4(int index) {
        return new Element(number, Arrangement.S4, index);
    }

    /** One of its four groups of four bytes. */
    public Element b4(int index) {
        return new Element(number, Arrangement.B16, index);
    }
}
