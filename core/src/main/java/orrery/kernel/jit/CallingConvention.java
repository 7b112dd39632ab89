package orrery.kernel.jit;

import static orrery.kernel.jit.General.R12;
import static orrery.kernel.jit.General.R13;
import static orrery.kernel.jit.General.R14;
import static orrery.kernel.jit.General.R15;
import static orrery.kernel.jit.General.R8;
import static orrery.kernel.jit.General.R9;
import static orrery.kernel.jit.General.RBP;
import static orrery.kernel.jit.General.RBX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RDI;
import static orrery.kernel.jit.General.RDX;
import static orrery.kernel.jit.General.RSI;

import java.util.List;

/**
 * Where a function finds its arguments, and what it must preserve. Sources: System V Application Binary Interface,
 * AMD64 supplement, 3.2; Microsoft, "x64 calling convention".
 */
enum CallingConvention {
    /** Linux, and every other system except Windows. */
    SYSTEM_V(List.of(RDI, RSI, RDX, RCX, R8, R9), List.of(RBX, RBP, R12, R13, R14, R15), 16, 0),
    WINDOWS(List.of(RCX, RDX, R8, R9), List.of(RBX, RBP, RDI, RSI, R12, R13, R14, R15), 6, 32);

    private static final int RETURN_ADDRESS = 8;

    private final List<General> arguments;
    private final List<General> preserved;
    private final int firstPreservedVector;
    private final int shadow;

    CallingConvention(List<General> arguments, List<General> preserved, int firstPreservedVector, int shadow) {
        this.arguments = arguments;
        this.preserved = preserved;
        this.firstPreservedVector = firstPreservedVector;
        this.shadow = shadow;
    }

    /** The convention of this system. */
    static CallingConvention ofThisSystem() {
        return System.getProperty("os.name").startsWith("Windows") ? WINDOWS : SYSTEM_V;
    }

    /** The registers of the first arguments, in order; later ones are on the stack. */
    List<General> arguments() {
        return arguments;
    }

    /** The callee-saved registers, besides the stack pointer. */
    List<General> preserved() {
        return preserved;
    }

    /**
     * The first vector register whose lower 128 bits are callee-saved; so are those after it, up to 15. Those above 15
     * are not. 16 means that none is.
     */
    int firstPreservedVector() {
        return firstPreservedVector;
    }

    /** The offset from the stack pointer at entry of an argument that is not in a register. */
    int stackOffset(int argument) {
        return RETURN_ADDRESS + shadow + Long.BYTES * (argument - arguments.size());
    }
}
