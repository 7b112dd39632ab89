package orrery.kernel.jit.arm;

/**
 * The caller-saved 64-bit general registers, and the stack pointer. The others have no name here: x18 is reserved by
 * the system, and x19 to x30 are callee-saved.
 */
public enum ArmGeneral {
    X0,
    X1,
    X2,
    X3,
    X4,
    X5,
    X6,
    X7,
    X8,
    X9,
    X10,
    X11,
    X12,
    X13,
    X14,
    X15,
    X16,
    X17,
    SP;

    private static final int STACK_POINTER = 31;

    /** Its number in an instruction. */
    int number() {
        return this == SP ? STACK_POINTER : ordinal();
    }
}
