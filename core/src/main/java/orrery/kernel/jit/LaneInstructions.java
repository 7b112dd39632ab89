package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.VBLENDMPS;
import static orrery.kernel.jit.VectorInstruction.VBLENDVPS;
import static orrery.kernel.jit.VectorInstruction.VEXTRACTF128;
import static orrery.kernel.jit.VectorInstruction.VEXTRACTF32X8;
import static orrery.kernel.jit.VectorInstruction.VEXTRACTI128;
import static orrery.kernel.jit.VectorInstruction.VINSERTI128;
import static orrery.kernel.jit.VectorInstruction.VPACKSSDW;
import static orrery.kernel.jit.VectorInstruction.VPACKSSWB;
import static orrery.kernel.jit.VectorInstruction.VPACKUSDW;
import static orrery.kernel.jit.VectorInstruction.VPACKUSWB;
import static orrery.kernel.jit.VectorInstruction.VPERM2F128;
import static orrery.kernel.jit.VectorInstruction.VPERM2I128;
import static orrery.kernel.jit.VectorInstruction.VPERMD;
import static orrery.kernel.jit.VectorInstruction.VPERMILPS;
import static orrery.kernel.jit.VectorInstruction.VPERMPS;
import static orrery.kernel.jit.VectorInstruction.VPERMQ;
import static orrery.kernel.jit.VectorInstruction.VPSHUFB;
import static orrery.kernel.jit.VectorInstruction.VPSHUFD;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKHDQ;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKHQDQ;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKLDQ;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKLQDQ;
import static orrery.kernel.jit.VectorInstruction.VSHUFF32X4;
import static orrery.kernel.jit.VectorInstruction.VSHUFPS;
import static orrery.kernel.jit.VectorInstruction.VUNPCKHPS;
import static orrery.kernel.jit.VectorInstruction.VUNPCKLPS;

import orrery.kernel.jit.Operand.VectorOrMemory;

/** Instructions that permute lanes, or split and join vectors. */
interface LaneInstructions extends Emitter {
    /** The 128 bits with that index. */
    default void vextractf128(VectorOrMemory to, Vector from, int immediate) {
        store(VEXTRACTF128, to, from, immediate);
    }

    /** The 128 bits with that index. */
    default void vextracti128(VectorOrMemory to, Vector from, int immediate) {
        store(VEXTRACTI128, to, from, immediate);
    }

    /** The half with that index. */
    default void vextractf32x8(VectorOrMemory to, Vector from, int immediate) {
        store(VEXTRACTF32X8, to, from, immediate);
    }

    /** {@code a} with the 128 bits of that index from {@code b}. */
    default void vinserti128(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VINSERTI128, to, a, b, immediate);
    }

    default void vshufps(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VSHUFPS, to, a, b, immediate);
    }

    default void vunpcklps(Vector to, Vector a, VectorOrMemory b) {
        emit(VUNPCKLPS, to, a, b);
    }

    default void vunpckhps(Vector to, Vector a, VectorOrMemory b) {
        emit(VUNPCKHPS, to, a, b);
    }

    default void vpermilps(Vector to, VectorOrMemory from, int immediate) {
        emit(VPERMILPS, to, from, immediate);
    }

    /** Selects lanes of the whole vector by index. */
    default void vpermps(Vector to, Vector indices, VectorOrMemory table) {
        emit(VPERMPS, to, indices, table);
    }

    /** Selects lanes of the whole vector by index. */
    default void vpermd(Vector to, Vector indices, VectorOrMemory table) {
        emit(VPERMD, to, indices, table);
    }

    default void vpermq(Vector to, VectorOrMemory from, int immediate) {
        emit(VPERMQ, to, from, immediate);
    }

    default void vperm2f128(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VPERM2F128, to, a, b, immediate);
    }

    default void vperm2i128(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VPERM2I128, to, a, b, immediate);
    }

    /** Selects parts of 128 bits: the lower half of them from {@code a}, the upper half from {@code b}. */
    default void vshuff32x4(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VSHUFF32X4, to, a, b, immediate);
    }

    /** Selects bytes within each 128 bits by index; 0 for a negative index. */
    default void vpshufb(Vector to, Vector table, VectorOrMemory indices) {
        emit(VPSHUFB, to, table, indices);
    }

    default void vpshufd(Vector to, VectorOrMemory from, int immediate) {
        emit(VPSHUFD, to, from, immediate);
    }

    default void vpunpckldq(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKLDQ, to, a, b);
    }

    default void vpunpckhdq(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKHDQ, to, a, b);
    }

    default void vpunpcklqdq(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKLQDQ, to, a, b);
    }

    default void vpunpckhqdq(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKHQDQ, to, a, b);
    }

    /** Within each 128 bits, saturating: {@code a} in the lower half, {@code b} in the upper. */
    default void vpacksswb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKSSWB, to, a, b);
    }

    default void vpackuswb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKUSWB, to, a, b);
    }

    /** Within each 128 bits, saturating: {@code a} in the lower half, {@code b} in the upper. */
    default void vpackssdw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKSSDW, to, a, b);
    }

    default void vpackusdw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKUSDW, to, a, b);
    }

    /** {@code b} where the sign of the selector's lane is set, otherwise {@code a} (VEX). */
    default void vblendvps(Vector to, Vector a, VectorOrMemory b, Vector selector) {
        select(VBLENDVPS, to, a, b, selector);
    }

    /** {@code b} where the bit of the mask of {@code to} is set, otherwise {@code a}. */
    default void vblendmps(Vector to, Vector a, VectorOrMemory b) {
        emit(VBLENDMPS, to, a, b);
    }
}
