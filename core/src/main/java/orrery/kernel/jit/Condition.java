package orrery.kernel.jit;

/** The condition of a jump: LESS and GREATER are signed, BELOW and ABOVE unsigned. */
enum Condition {
    BELOW(0x2),
    ABOVE_OR_EQUAL(0x3),
    ZERO(0x4),
    NOT_ZERO(0x5),
    BELOW_OR_EQUAL(0x6),
    ABOVE(0x7),
    LESS(0xC),
    GREATER_OR_EQUAL(0xD),
    LESS_OR_EQUAL(0xE),
    GREATER(0xF);

    private final int code;

    Condition(int code) {
        this.code = code;
    }

    /** The four bits at the end of the opcode. */
    int code() {
        return code;
    }
}
