package orrery.kernel.jit;

import java.util.Arrays;
import java.util.stream.IntStream;
import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmGeneral;
import orrery.kernel.jit.arm.ArmVector;

/**
 * Allocates vector registers one by one, first those that need not be saved. Source: Procedure Call Standard for the
 * Arm 64-bit Architecture, 6.1.2: the lower 64 bits of v8 to v15 are callee-saved.
 */
final class ArmRegisters {
    private static final int FIRST_PRESERVED = 8;
    private static final int[] ORDER = IntStream.concat(
                    IntStream.concat(IntStream.range(0, 8), IntStream.range(16, 32)), IntStream.range(8, 16))
            .toArray();

    private static final int FREE = ORDER.length - 8;

    private int taken;

    /**
     * The next register.
     *
     * @throws IllegalArgumentException if there are no more: the product has too many rows or panels
     */
    ArmVector take() {
        if (left() == 0) {
            throw new IllegalArgumentException("Arm has " + ORDER.length + " vector registers, expected more");
        }
        return ArmVector.v(ORDER[taken++]);
    }

    /** The next {@code count} registers. */
    ArmVector[] take(int count) {
        var some = new ArmVector[count];
        Arrays.setAll(some, _ -> take());
        return some;
    }

    /** The number of registers left. */
    int left() {
        return ORDER.length - taken;
    }

    /** Saves the callee-saved registers among those allocated. */
    void save(ArmAssembler code) {
        if (stackBytes() > 0) {
            code.sub(ArmGeneral.SP, ArmGeneral.SP, stackBytes());
        }
        for (int i = 0; i < saved(); i++) {
            code.str(ArmVector.v(FIRST_PRESERVED + i).d(), ArmGeneral.SP, Long.BYTES * i);
        }
    }

    /** Restores them. */
    void restore(ArmAssembler code) {
        for (int i = 0; i < saved(); i++) {
            code.ldr(ArmVector.v(FIRST_PRESERVED + i).d(), ArmGeneral.SP, Long.BYTES * i);
        }
        if (stackBytes() > 0) {
            code.add(ArmGeneral.SP, ArmGeneral.SP, stackBytes());
        }
    }

    private int saved() {
        return Math.max(0, taken - FREE);
    }

    /** A multiple of 16, as required of the stack pointer. */
    private int stackBytes() {
        return (Long.BYTES * saved() + 15) & -16;
    }
}
