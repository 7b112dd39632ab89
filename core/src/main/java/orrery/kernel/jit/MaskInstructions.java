package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.Prefix.NP;
import static orrery.kernel.jit.VectorInstruction.Prefix.PF2;
import static orrery.kernel.jit.VectorInstruction.Space.M0F;
import static orrery.kernel.jit.VectorInstruction.VCMPPS_MASK;
import static orrery.kernel.jit.VectorInstruction.VPCMPUB;
import static orrery.kernel.jit.VectorInstruction.VPTESTMD;

import orrery.kernel.jit.Operand.VectorOrMemory;

/**
 * AVX-512's mask registers, and instructions that set them. A comparison may be limited to the lanes in {@code among}.
 */
interface MaskInstructions extends Emitter {
    /** 16 bits. */
    default void kmovw(Opmask to, General from) {
        vex(NP, M0F, 0, 0, 0x92, to, 0, from);
    }

    /** 32 bits. */
    default void kmovd(Opmask to, General from) {
        vex(PF2, M0F, 0, 0, 0x92, to, 0, from);
    }

    default void kmovw(General to, Opmask from) {
        vex(NP, M0F, 0, 0, 0x93, to, 0, from);
    }

    /**
     * Compares floats.
     *
     * @param predicate as in {@link FloatInstructions#vcmpps}
     */
    default void vcmpps(Opmask to, Opmask among, Vector a, VectorOrMemory b, int predicate) {
        compare(VCMPPS_MASK, to, among, a, b, predicate);
    }

    /**
     * Compares unsigned bytes.
     *
     * @param predicate 0 for equal, 1 for less, 2 for less or equal, 4 to 6 for the opposites
     */
    default void vpcmpub(Opmask to, Opmask among, Vector a, VectorOrMemory b, int predicate) {
        compare(VPCMPUB, to, among, a, b, predicate);
    }

    /** Whether any bit is set in both. */
    default void vptestmd(Opmask to, Opmask among, Vector a, VectorOrMemory b) {
        compare(VPTESTMD, to, among, a, b);
    }
}
