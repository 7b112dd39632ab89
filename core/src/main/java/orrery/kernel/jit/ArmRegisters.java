package orrery.kernel.jit;

import java.util.Arrays;
import java.util.stream.IntStream;
import orrery.kernel.jit.arm.ArmAssembler;
import orrery.kernel.jit.arm.ArmGeneral;
import orrery.kernel.jit.arm.ArmVector;

/**
 * Vector registers that are taken one by one, those first that need no saving. Source: Procedure Call Standard for the
 * Arm 64-bit Architecture, 6.1.2: of v8 to v15 the caller wants the lower 64 bits back.
 */
final class ArmRegisters {
    private static final int FIRST_PRESERVED = 8;
    private static final int[] ORDER = IntStream.concat(
                    IntStream.concat(IntStream.range(0, 8), IntStream.range(16, 32)), IntStream.range(8, 16))
            .toArray();

    private static final int FREE = ORDER.length - 8;

    private int taken;

    /**
     * The next one.
     *
     * @throws IllegalArgumentException if there are no more: the product has too many rows or panels
     */
    ArmVector take() {
        if (left() == 0) {
            throw new IllegalArgumentException("Arm has " + ORDER.length + " vector registers, expected more");
        }
        return ArmVector.v(ORDER[taken++]);
    }

    /** The next so many. */
    ArmVector[] take(int count) {
        var some = new ArmVector[count];
        Arrays.setAll(some, _ -> take());
        return some;
    }

    /** How many can be taken. */
    int left() {
        return ORDER.length - taken;
    }

    /** Saves what the caller wants back of those that were taken. */
    void save(ArmAssembler code) {
        if (stackBytes() > 0) {
            code.sub(ArmGeneral.SP, ArmGeneral.SP, stackBytes());
        }
        for (int i = 0; i < saved(); i++) {
            code.str(ArmVector.v(FIRST_PRESERVED + i).d(), ArmGeneral.SP, Long.BYTES * i);
        }
    }

    /** Gives it back. */
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

    /** A multiple of 16, as the stack pointer has to be. */
    private int stackBytes() {
        return (Long.BYTES * saved() + 15) & -16;
    }
}
