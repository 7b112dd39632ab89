package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.VADDPS;
import static orrery.kernel.jit.VectorInstruction.VANDNPS;
import static orrery.kernel.jit.VectorInstruction.VANDPS;
import static orrery.kernel.jit.VectorInstruction.VCMPPS;
import static orrery.kernel.jit.VectorInstruction.VCVTDQ2PS;
import static orrery.kernel.jit.VectorInstruction.VCVTNEPS2BF16;
import static orrery.kernel.jit.VectorInstruction.VCVTPH2PS;
import static orrery.kernel.jit.VectorInstruction.VCVTPS2DQ;
import static orrery.kernel.jit.VectorInstruction.VCVTPS2PH;
import static orrery.kernel.jit.VectorInstruction.VDIVPS;
import static orrery.kernel.jit.VectorInstruction.VDIVSS;
import static orrery.kernel.jit.VectorInstruction.VDPBF16PS;
import static orrery.kernel.jit.VectorInstruction.VFMADD213PS;
import static orrery.kernel.jit.VectorInstruction.VFMADD231PS;
import static orrery.kernel.jit.VectorInstruction.VFMSUB213PS;
import static orrery.kernel.jit.VectorInstruction.VFNMADD231PS;
import static orrery.kernel.jit.VectorInstruction.VMAXPS;
import static orrery.kernel.jit.VectorInstruction.VMINPS;
import static orrery.kernel.jit.VectorInstruction.VMULPS;
import static orrery.kernel.jit.VectorInstruction.VMULSS;
import static orrery.kernel.jit.VectorInstruction.VORPS;
import static orrery.kernel.jit.VectorInstruction.VSQRTPS;
import static orrery.kernel.jit.VectorInstruction.VSUBPS;
import static orrery.kernel.jit.VectorInstruction.VXORPS;

import orrery.kernel.jit.Operand.VectorOrMemory;

/** Float arithmetic and conversions. */
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

    /** Returns the second operand if either is NaN. */
    default void vminps(Vector to, Vector a, VectorOrMemory b) {
        emit(VMINPS, to, a, b);
    }

    /** Returns the second operand if either is NaN. */
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

    /** {@code acc = acc * a - b}, rounded once. */
    default void vfmsub213ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFMSUB213PS, acc, a, b);
    }

    /** {@code acc -= a * b}, rounded once. */
    default void vfnmadd231ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VFNMADD231PS, acc, a, b);
    }

    default void vmulss(Vector to, Vector a, VectorOrMemory b) {
        emit(VMULSS, to, a, b);
    }

    default void vdivss(Vector to, Vector a, VectorOrMemory b) {
        emit(VDIVSS, to, a, b);
    }

    /** {@code acc += a0 * b0 + a1 * b1} for pairs of BF16; subnormals count as 0. */
    default void vdpbf16ps(Vector acc, Vector a, VectorOrMemory b) {
        emit(VDPBF16PS, acc, a, b);
    }

    /**
     * All bits of a lane or none (VEX).
     *
     * @param predicate 0 equal, 1 less, 2 at most, 3 either is NaN, 4 unequal, 13 at least, 14 greater
     */
    default void vcmpps(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VCMPPS, to, a, b, immediate);
    }

    default void vcvtdq2ps(Vector to, VectorOrMemory from) {
        emit(VCVTDQ2PS, to, from);
    }

    /** To nearest, ties to even. */
    default void vcvtps2dq(Vector to, VectorOrMemory from) {
        emit(VCVTPS2DQ, to, from);
    }

    /** F16 to floats. */
    default void vcvtph2ps(Vector to, VectorOrMemory from) {
        emit(VCVTPH2PS, to, from);
    }

    /** Floats to F16; an immediate of 0 rounds to nearest, ties to even. */
    default void vcvtps2ph(VectorOrMemory to, Vector from, int immediate) {
        store(VCVTPS2PH, to, from, immediate);
    }

    /** Floats to BF16, to nearest, ties to even; subnormals become 0. */
    default void vcvtneps2bf16(Vector to, Vector from) {
        narrow(VCVTNEPS2BF16, to, from);
    }
}
