package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.VADDPS;
import static orrery.kernel.jit.VectorInstruction.VADDSS;
import static orrery.kernel.jit.VectorInstruction.VANDNPS;
import static orrery.kernel.jit.VectorInstruction.VANDPS;
import static orrery.kernel.jit.VectorInstruction.VCMPPS;
import static orrery.kernel.jit.VectorInstruction.VCVTDQ2PS;
import static orrery.kernel.jit.VectorInstruction.VCVTNEPS2BF16;
import static orrery.kernel.jit.VectorInstruction.VCVTPH2PS;
import static orrery.kernel.jit.VectorInstruction.VCVTPS2DQ;
import static orrery.kernel.jit.VectorInstruction.VCVTPS2PH;
import static orrery.kernel.jit.VectorInstruction.VCVTTPS2DQ;
import static orrery.kernel.jit.VectorInstruction.VDIVPS;
import static orrery.kernel.jit.VectorInstruction.VDIVSS;
import static orrery.kernel.jit.VectorInstruction.VDPBF16PS;
import static orrery.kernel.jit.VectorInstruction.VFMADD132PS;
import static orrery.kernel.jit.VectorInstruction.VFMADD213PS;
import static orrery.kernel.jit.VectorInstruction.VFMADD231PS;
import static orrery.kernel.jit.VectorInstruction.VFMADD231SS;
import static orrery.kernel.jit.VectorInstruction.VFMSUB213PS;
import static orrery.kernel.jit.VectorInstruction.VFMSUB231PS;
import static orrery.kernel.jit.VectorInstruction.VFNMADD213PS;
import static orrery.kernel.jit.VectorInstruction.VFNMADD231PS;
import static orrery.kernel.jit.VectorInstruction.VMAXPS;
import static orrery.kernel.jit.VectorInstruction.VMAXSS;
import static orrery.kernel.jit.VectorInstruction.VMINPS;
import static orrery.kernel.jit.VectorInstruction.VMULPS;
import static orrery.kernel.jit.VectorInstruction.VMULSS;
import static orrery.kernel.jit.VectorInstruction.VORPS;
import static orrery.kernel.jit.VectorInstruction.VRCP14PS;
import static orrery.kernel.jit.VectorInstruction.VRCPPS;
import static orrery.kernel.jit.VectorInstruction.VROUNDPS;
import static orrery.kernel.jit.VectorInstruction.VRSQRT14PS;
import static orrery.kernel.jit.VectorInstruction.VRSQRTPS;
import static orrery.kernel.jit.VectorInstruction.VSCALEFPS;
import static orrery.kernel.jit.VectorInstruction.VSQRTPS;
import static orrery.kernel.jit.VectorInstruction.VSQRTSS;
import static orrery.kernel.jit.VectorInstruction.VSUBPS;
import static orrery.kernel.jit.VectorInstruction.VSUBSS;
import static orrery.kernel.jit.VectorInstruction.VXORPS;

import orrery.kernel.jit.Operand.VectorOrMemory;

/** Arithmetic on floats, and what makes other numbers of them. */
interface FloatInstructions extends Emitter {
    default void vaddps(Vector to, Vector a, VectorOrMemory b) {
        emit(VADDPS, to, a, b);
    }

    default void vsubps(Vector to, Vector a, VectorOrMemory b) {
        emit(VSUBPS, to, a, b);
    }

    default void vmulps(Vector to, Vector a, VectorOrMemory b) {
        emit(VMULPS, to, a, b);
    }

    default void vdivps(Vector to, Vector a, VectorOrMemory b) {
        emit(VDIVPS, to, a, b);
    }

    /** The second, where either is no number. */
    default void vminps(Vector to, Vector a, VectorOrMemory b) {
        emit(VMINPS, to, a, b);
    }

    /** The second, where either is no number. */
    default void vmaxps(Vector to, Vector a, VectorOrMemory b) {
        emit(VMAXPS, to, a, b);
    }

    default void vsqrtps(Vector to, VectorOrMemory from) {
        emit(VSQRTPS, to, from);
    }

    default void vandps(Vector to, Vector a, VectorOrMemory b) {
        emit(VANDPS, to, a, b);
    }

    /** {@code ~a & b}. */
    default void vandnps(Vector to, Vector a, VectorOrMemory b) {
        emit(VANDNPS, to, a, b);
    }

    default void vorps(Vector to, Vector a, VectorOrMemory b) {
        emit(VORPS, to, a, b);
    }

    default void vxorps(Vector to, Vector a, VectorOrMemory b) {
        emit(VXORPS, to, a, b);
    }

    /** {@code acc += a * b}, rounded once. */
    default void vfmadd231ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFMADD231PS, acc, a, b);
    }

    /** {@code acc = acc * a + b}, rounded once. */
    default void vfmadd213ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFMADD213PS, acc, a, b);
    }

    /** {@code acc = acc * b + a}, rounded once. */
    default void vfmadd132ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFMADD132PS, acc, a, b);
    }

    /** {@code acc = a * b - acc}, rounded once. */
    default void vfmsub231ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFMSUB231PS, acc, a, b);
    }

    /** {@code acc = acc * a - b}, rounded once. */
    default void vfmsub213ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFMSUB213PS, acc, a, b);
    }

    /** {@code acc -= a * b}, rounded once. */
    default void vfnmadd231ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFNMADD231PS, acc, a, b);
    }

    /** {@code acc = b - acc * a}, rounded once. */
    default void vfnmadd213ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFNMADD213PS, acc, a, b);
    }

    default void vaddss(Vector to, Vector a, VectorOrMemory b) {
        emit(VADDSS, to, a, b);
    }

    default void vsubss(Vector to, Vector a, VectorOrMemory b) {
        emit(VSUBSS, to, a, b);
    }

    default void vmulss(Vector to, Vector a, VectorOrMemory b) {
        emit(VMULSS, to, a, b);
    }

    default void vdivss(Vector to, Vector a, VectorOrMemory b) {
        emit(VDIVSS, to, a, b);
    }

    default void vmaxss(Vector to, Vector a, VectorOrMemory b) {
        emit(VMAXSS, to, a, b);
    }

    /** The root of {@code b}; the upper lanes are those of {@code a}. */
    default void vsqrtss(Vector to, Vector a, VectorOrMemory b) {
        emit(VSQRTSS, to, a, b);
    }

    default void vfmadd231ss(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFMADD231SS, acc, a, b);
    }

    /** {@code acc += a0 * b0 + a1 * b1} of pairs of BF16; subnormals count as 0. */
    default void vdpbf16ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VDPBF16PS, acc, a, b);
    }

    /** To whole numbers: 0 to the nearest, 1 down, 2 up, 3 towards 0; plus 8: no exception for what is inexact. */
    default void vroundps(Vector to, VectorOrMemory from, int immediate) {
        emit(VROUNDPS, to, from, immediate);
    }

    /** About 1 / x, to 12 bits. */
    default void vrcpps(Vector to, VectorOrMemory from) {
        emit(VRCPPS, to, from);
    }

    /** About 1 / sqrt(x), to 12 bits. */
    default void vrsqrtps(Vector to, VectorOrMemory from) {
        emit(VRSQRTPS, to, from);
    }

    /** About 1 / x, to 14 bits. */
    default void vrcp14ps(Vector to, VectorOrMemory from) {
        emit(VRCP14PS, to, from);
    }

    /** About 1 / sqrt(x), to 14 bits. */
    default void vrsqrt14ps(Vector to, VectorOrMemory from) {
        emit(VRSQRT14PS, to, from);
    }

    /** {@code a * 2^floor(b)}, right also where 2^b alone would overflow. */
    default void vscalefps(Vector to, Vector a, VectorOrMemory b) {
        emit(VSCALEFPS, to, a, b);
    }

    /**
     * All bits of a lane or none (VEX).
     *
     * @param predicate 0 equal, 1 less, 2 at most, 3 either is no number, 4 unequal, 13 at least, 14 greater
     */
    default void vcmpps(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VCMPPS, to, a, b, immediate);
    }

    default void vcvtdq2ps(Vector to, VectorOrMemory from) {
        emit(VCVTDQ2PS, to, from);
    }

    /** To the nearest, ties to even. */
    default void vcvtps2dq(Vector to, VectorOrMemory from) {
        emit(VCVTPS2DQ, to, from);
    }

    /** Towards 0. */
    default void vcvttps2dq(Vector to, VectorOrMemory from) {
        emit(VCVTTPS2DQ, to, from);
    }

    /** F16 to floats. */
    default void vcvtph2ps(Vector to, VectorOrMemory from) {
        emit(VCVTPH2PS, to, from);
    }

    /** Floats to F16; an immediate of 0 rounds to the nearest, ties to even. */
    default void vcvtps2ph(VectorOrMemory to, Vector from, int immediate) {
        store(VCVTPS2PH, to, from, immediate);
    }

    /** Floats to BF16, to the nearest, ties to even; subnormals become 0. */
    default void vcvtneps2bf16(Vector to, Vector from) {
        narrow(VCVTNEPS2BF16, to, from);
    }
}
