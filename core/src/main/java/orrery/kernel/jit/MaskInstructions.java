package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.Prefix.NP;
import static orrery.kernel.jit.VectorInstruction.Prefix.PF2;
import static orrery.kernel.jit.VectorInstruction.Space.M0F;
import static orrery.kernel.jit.VectorInstruction.VCMPPS_MASK;
import static orrery.kernel.jit.VectorInstruction.VPCMPB;
import static orrery.kernel.jit.VectorInstruction.VPCMPD;
import static orrery.kernel.jit.VectorInstruction.VPCMPUB;
import static orrery.kernel.jit.VectorInstruction.VPMOVB2M;
import static orrery.kernel.jit.VectorInstruction.VPMOVD2M;
import static orrery.kernel.jit.VectorInstruction.VPMOVM2B;
import static orrery.kernel.jit.VectorInstruction.VPMOVM2D;
import static orrery.kernel.jit.VectorInstruction.VPTESTMB;
import static orrery.kernel.jit.VectorInstruction.VPTESTMD;

import orrery.kernel.jit.Operand.VectorOrMemory;

/**
 * The mask registers of AVX-512, and what fills them. A compare may look at some lanes alone: those of {@code among}.
 */
interface MaskInstructions extends Emitter {
    /** What {@link #vpcmpd} and its like ask. */
    int EQUAL = 0;

    int LESS = 1;
    int LESS_OR_EQUAL = 2;
    int NOT_EQUAL = 4;
    int GREATER_OR_EQUAL = 5;
    int GREATER = 6;

    /** 16 bits. */
    default void kmovw(Opmask to, General from) {
        vex(NP, M0F, 0, 0, 0x92, to, 0, from);
    }

    default void kmovw(General to, Opmask from) {
        vex(NP, M0F, 0, 0, 0x93, to, 0, from);
    }

    /** 32 bits. */
    default void kmovd(Opmask to, General from) {
        vex(PF2, M0F, 0, 0, 0x92, to, 0, from);
    }

    default void kmovd(General to, Opmask from) {
        vex(PF2, M0F, 0, 0, 0x93, to, 0, from);
    }

    /** 64 bits. */
    default void kmovq(Opmask to, General from) {
        vex(PF2, M0F, 1, 0, 0x92, to, 0, from);
    }

    default void kmovq(General to, Opmask from) {
        vex(PF2, M0F, 1, 0, 0x93, to, 0, from);
    }

    default void kandw(Opmask to, Opmask a, Opmask b) {
        vex(NP, M0F, 0, 1, 0x41, to, a.number(), b);
    }

    default void korw(Opmask to, Opmask a, Opmask b) {
        vex(NP, M0F, 0, 1, 0x45, to, a.number(), b);
    }

    /** All bits 1 where both are the same register. */
    default void kxnorw(Opmask to, Opmask a, Opmask b) {
        vex(NP, M0F, 0, 1, 0x46, to, a.number(), b);
    }

    default void knotw(Opmask to, Opmask from) {
        vex(NP, M0F, 0, 0, 0x44, to, 0, from);
    }

    /** Zero if no bit is set in either; below if all are. */
    default void kortestw(Opmask a, Opmask b) {
        vex(NP, M0F, 0, 0, 0x98, a, 0, b);
    }

    /**
     * Compares floats.
     *
     * @param predicate as in {@link FloatInstructions#vcmpps}
     */
    default void vcmpps(Opmask to, Opmask among, Vector a, VectorOrMemory b, int predicate) {
        compare(VCMPPS_MASK, to, among, a, b, predicate);
    }

    default void vpcmpd(Opmask to, Opmask among, Vector a, VectorOrMemory b, int predicate) {
        compare(VPCMPD, to, among, a, b, predicate);
    }

    /** Bytes with a sign. */
    default void vpcmpb(Opmask to, Opmask among, Vector a, VectorOrMemory b, int predicate) {
        compare(VPCMPB, to, among, a, b, predicate);
    }

    /** Bytes without a sign. */
    default void vpcmpub(Opmask to, Opmask among, Vector a, VectorOrMemory b, int predicate) {
        compare(VPCMPUB, to, among, a, b, predicate);
    }

    /** Whether any bit is set in both. */
    default void vptestmd(Opmask to, Opmask among, Vector a, VectorOrMemory b) {
        compare(VPTESTMD, to, among, a, b);
    }

    /** Whether any bit is set in both. */
    default void vptestmb(Opmask to, Opmask among, Vector a, VectorOrMemory b) {
        compare(VPTESTMB, to, among, a, b);
    }

    /** The signs of lanes of 32 bits. */
    default void vpmovd2m(Opmask to, Vector from) {
        maskOf(VPMOVD2M, to, from);
    }

    /** The signs of bytes. */
    default void vpmovb2m(Opmask to, Vector from) {
        maskOf(VPMOVB2M, to, from);
    }

    /** All bits of a lane of 32, or none. */
    default void vpmovm2d(Vector to, Opmask from) {
        cross(VPMOVM2D, to, from);
    }

    /** All bits of a byte, or none. */
    default void vpmovm2b(Vector to, Opmask from) {
        cross(VPMOVM2B, to, from);
    }
}
