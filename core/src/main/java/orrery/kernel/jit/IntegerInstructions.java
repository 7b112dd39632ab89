package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.VPABSB;
import static orrery.kernel.jit.VectorInstruction.VPADDB;
import static orrery.kernel.jit.VectorInstruction.VPADDD;
import static orrery.kernel.jit.VectorInstruction.VPADDQ;
import static orrery.kernel.jit.VectorInstruction.VPADDW;
import static orrery.kernel.jit.VectorInstruction.VPAND;
import static orrery.kernel.jit.VectorInstruction.VPCMPEQB;
import static orrery.kernel.jit.VectorInstruction.VPCMPEQD;
import static orrery.kernel.jit.VectorInstruction.VPCMPGTD;
import static orrery.kernel.jit.VectorInstruction.VPDPBUSD;
import static orrery.kernel.jit.VectorInstruction.VPMADDUBSW;
import static orrery.kernel.jit.VectorInstruction.VPMADDWD;
import static orrery.kernel.jit.VectorInstruction.VPMAXSD;
import static orrery.kernel.jit.VectorInstruction.VPOR;
import static orrery.kernel.jit.VectorInstruction.VPSHIFTD;
import static orrery.kernel.jit.VectorInstruction.VPSHIFTDQ;
import static orrery.kernel.jit.VectorInstruction.VPSHIFTW;
import static orrery.kernel.jit.VectorInstruction.VPSIGNB;
import static orrery.kernel.jit.VectorInstruction.VPSUBD;
import static orrery.kernel.jit.VectorInstruction.VPTERNLOGD;
import static orrery.kernel.jit.VectorInstruction.VPXOR;

import orrery.kernel.jit.Operand.VectorOrMemory;

/** Integer arithmetic and bit operations. */
interface IntegerInstructions extends Emitter {
    /** {@code acc += } four neighbouring u8 * s8 per 32-bit lane; does not saturate. */
    default void vpdpbusd(Vector acc, Vector unsigned, VectorOrMemory signed) {
        emit(VPDPBUSD, acc, unsigned, signed);
    }

    /** Two neighbouring u8 * s8 to 16 bits, saturating. */
    default void vpmaddubsw(Vector to, Vector unsigned, VectorOrMemory signed) {
        emit(VPMADDUBSW, to, unsigned, signed);
    }

    /** Two neighbouring s16 * s16 to 32 bits. */
    default void vpmaddwd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMADDWD, to, a, b);
    }

    default void vpaddb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPADDB, to, a, b);
    }

    default void vpaddw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPADDW, to, a, b);
    }

    default void vpaddd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPADDD, to, a, b);
    }

    default void vpaddq(Vector to, Vector a, VectorOrMemory b) {
        emit(VPADDQ, to, a, b);
    }

    default void vpsubd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSUBD, to, a, b);
    }

    default void vpabsb(Vector to, VectorOrMemory from) {
        emit(VPABSB, to, from);
    }

    /** {@code a}, negated where {@code b} is negative, and 0 where {@code b} is 0. */
    default void vpsignb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSIGNB, to, a, b);
    }

    default void vpmaxsd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMAXSD, to, a, b);
    }

    default void vpand(Vector to, Vector a, VectorOrMemory b) {
        emit(VPAND, to, a, b);
    }

    default void vpor(Vector to, Vector a, VectorOrMemory b) {
        emit(VPOR, to, a, b);
    }

    default void vpxor(Vector to, Vector a, VectorOrMemory b) {
        emit(VPXOR, to, a, b);
    }

    /** Any function of three bits; the immediate is its value at {@code to << 2 | a << 1 | b}. */
    default void vpternlogd(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VPTERNLOGD, to, a, b, immediate);
    }

    default void vpsllw(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTW, 6, to, from, bits);
    }

    default void vpsrlw(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTW, 2, to, from, bits);
    }

    default void vpslld(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTD, 6, to, from, bits);
    }

    default void vpsrld(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTD, 2, to, from, bits);
    }

    default void vpsrad(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTD, 4, to, from, bits);
    }

    /** Shifts bytes within each 128 bits. */
    default void vpslldq(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTDQ, 7, to, from, bits);
    }

    /** All bits of a byte or none (VEX). */
    default void vpcmpeqb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPCMPEQB, to, a, b);
    }

    /** All bits of a lane or none (VEX). */
    default void vpcmpeqd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPCMPEQD, to, a, b);
    }

    /** All bits of a lane or none (VEX). */
    default void vpcmpgtd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPCMPGTD, to, a, b);
    }
}
