package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.VGF2P8AFFINEQB;
import static orrery.kernel.jit.VectorInstruction.VPABSB;
import static orrery.kernel.jit.VectorInstruction.VPABSD;
import static orrery.kernel.jit.VectorInstruction.VPABSW;
import static orrery.kernel.jit.VectorInstruction.VPADDB;
import static orrery.kernel.jit.VectorInstruction.VPADDD;
import static orrery.kernel.jit.VectorInstruction.VPADDQ;
import static orrery.kernel.jit.VectorInstruction.VPADDSW;
import static orrery.kernel.jit.VectorInstruction.VPADDW;
import static orrery.kernel.jit.VectorInstruction.VPAND;
import static orrery.kernel.jit.VectorInstruction.VPANDN;
import static orrery.kernel.jit.VectorInstruction.VPCMPEQB;
import static orrery.kernel.jit.VectorInstruction.VPCMPEQD;
import static orrery.kernel.jit.VectorInstruction.VPCMPGTB;
import static orrery.kernel.jit.VectorInstruction.VPCMPGTD;
import static orrery.kernel.jit.VectorInstruction.VPDPBUSD;
import static orrery.kernel.jit.VectorInstruction.VPDPWSSD;
import static orrery.kernel.jit.VectorInstruction.VPMADDUBSW;
import static orrery.kernel.jit.VectorInstruction.VPMADDWD;
import static orrery.kernel.jit.VectorInstruction.VPMAXSB;
import static orrery.kernel.jit.VectorInstruction.VPMAXSD;
import static orrery.kernel.jit.VectorInstruction.VPMAXUB;
import static orrery.kernel.jit.VectorInstruction.VPMINSB;
import static orrery.kernel.jit.VectorInstruction.VPMINSD;
import static orrery.kernel.jit.VectorInstruction.VPMINUB;
import static orrery.kernel.jit.VectorInstruction.VPMULHRSW;
import static orrery.kernel.jit.VectorInstruction.VPMULHW;
import static orrery.kernel.jit.VectorInstruction.VPMULLD;
import static orrery.kernel.jit.VectorInstruction.VPMULLW;
import static orrery.kernel.jit.VectorInstruction.VPMULTISHIFTQB;
import static orrery.kernel.jit.VectorInstruction.VPOR;
import static orrery.kernel.jit.VectorInstruction.VPSHIFTD;
import static orrery.kernel.jit.VectorInstruction.VPSHIFTDQ;
import static orrery.kernel.jit.VectorInstruction.VPSHIFTQ;
import static orrery.kernel.jit.VectorInstruction.VPSHIFTW;
import static orrery.kernel.jit.VectorInstruction.VPSIGNB;
import static orrery.kernel.jit.VectorInstruction.VPSLLVD;
import static orrery.kernel.jit.VectorInstruction.VPSLLVW;
import static orrery.kernel.jit.VectorInstruction.VPSRAVD;
import static orrery.kernel.jit.VectorInstruction.VPSRLVD;
import static orrery.kernel.jit.VectorInstruction.VPSRLVW;
import static orrery.kernel.jit.VectorInstruction.VPSUBB;
import static orrery.kernel.jit.VectorInstruction.VPSUBD;
import static orrery.kernel.jit.VectorInstruction.VPSUBW;
import static orrery.kernel.jit.VectorInstruction.VPTERNLOGD;
import static orrery.kernel.jit.VectorInstruction.VPXOR;

import orrery.kernel.jit.Operand.VectorOrMemory;

/** Arithmetic on integers and bits. */
interface IntegerInstructions extends Emitter {
    /** {@code acc += } four neighbours of u8 * s8 to a lane of 32 bits; nothing saturates. */
    default void vpdpbusd(Vector acc, Vector unsigned, VectorOrMemory signed) {
        emit(VPDPBUSD, acc, unsigned, signed);
    }

    /** {@code acc += } two neighbours of s16 * s16 to a lane of 32 bits. */
    default void vpdpwssd(Vector acc, Vector a, VectorOrMemory b) {
        emit(VPDPWSSD, acc, a, b);
    }

    /** Two neighbours of u8 * s8 to 16 bits, saturating. */
    default void vpmaddubsw(Vector to, Vector unsigned, VectorOrMemory signed) {
        emit(VPMADDUBSW, to, unsigned, signed);
    }

    /** Two neighbours of s16 * s16 to 32 bits. */
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

    /** Saturating. */
    default void vpaddsw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPADDSW, to, a, b);
    }

    default void vpsubb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSUBB, to, a, b);
    }

    default void vpsubw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSUBW, to, a, b);
    }

    default void vpsubd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSUBD, to, a, b);
    }

    /** The lower 16 bits of the products. */
    default void vpmullw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMULLW, to, a, b);
    }

    /** The upper 16 bits of the products. */
    default void vpmulhw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMULHW, to, a, b);
    }

    /** The products of s16, rounded and shifted by 15. */
    default void vpmulhrsw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMULHRSW, to, a, b);
    }

    /** The lower 32 bits of the products. */
    default void vpmulld(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMULLD, to, a, b);
    }

    default void vpabsb(Vector to, VectorOrMemory from) {
        emit(VPABSB, to, from);
    }

    default void vpabsw(Vector to, VectorOrMemory from) {
        emit(VPABSW, to, from);
    }

    default void vpabsd(Vector to, VectorOrMemory from) {
        emit(VPABSD, to, from);
    }

    /** {@code a} with its sign turned where that of {@code b} is set, and 0 where {@code b} is. */
    default void vpsignb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSIGNB, to, a, b);
    }

    default void vpminsb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMINSB, to, a, b);
    }

    default void vpmaxsb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMAXSB, to, a, b);
    }

    default void vpminub(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMINUB, to, a, b);
    }

    default void vpmaxub(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMAXUB, to, a, b);
    }

    default void vpminsd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMINSD, to, a, b);
    }

    default void vpmaxsd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPMAXSD, to, a, b);
    }

    default void vpand(Vector to, Vector a, VectorOrMemory b) {
        emit(VPAND, to, a, b);
    }

    /** {@code ~a & b}. */
    default void vpandn(Vector to, Vector a, VectorOrMemory b) {
        emit(VPANDN, to, a, b);
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

    /** Bytes as bit vectors times a matrix of 8 x 8 bits, plus the immediate (GFNI). */
    default void vgf2p8affineqb(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VGF2P8AFFINEQB, to, a, b, immediate);
    }

    /** Eight bytes out of the bits of each 64, from the bit offsets that {@code indices} holds (VBMI). */
    default void vpmultishiftqb(Vector to, Vector indices, VectorOrMemory table) {
        emit(VPMULTISHIFTQB, to, indices, table);
    }

    default void vpsllw(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTW, 6, to, from, bits);
    }

    default void vpsrlw(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTW, 2, to, from, bits);
    }

    default void vpsraw(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTW, 4, to, from, bits);
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

    default void vpsllq(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTQ, 6, to, from, bits);
    }

    default void vpsrlq(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTQ, 2, to, from, bits);
    }

    /** Bytes, within each 128 bits. */
    default void vpslldq(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTDQ, 7, to, from, bits);
    }

    /** Bytes, within each 128 bits. */
    default void vpsrldq(Vector to, VectorOrMemory from, int bits) {
        shift(VPSHIFTDQ, 3, to, from, bits);
    }

    /** By a count for each lane. */
    default void vpsllvd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSLLVD, to, a, b);
    }

    default void vpsrlvd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSRLVD, to, a, b);
    }

    default void vpsravd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSRAVD, to, a, b);
    }

    default void vpsllvw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSLLVW, to, a, b);
    }

    default void vpsrlvw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPSRLVW, to, a, b);
    }

    /** All bits of a byte or none (VEX). */
    default void vpcmpeqb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPCMPEQB, to, a, b);
    }

    /** All bits of a lane or none (VEX). */
    default void vpcmpeqd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPCMPEQD, to, a, b);
    }

    /** All bits of a byte or none (VEX). */
    default void vpcmpgtb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPCMPGTB, to, a, b);
    }

    /** All bits of a lane or none (VEX). */
    default void vpcmpgtd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPCMPGTD, to, a, b);
    }
}
