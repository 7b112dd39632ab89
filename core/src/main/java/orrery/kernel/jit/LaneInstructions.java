package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.VALIGND;
import static orrery.kernel.jit.VectorInstruction.VBLENDMPS;
import static orrery.kernel.jit.VectorInstruction.VBLENDPS;
import static orrery.kernel.jit.VectorInstruction.VBLENDVPS;
import static orrery.kernel.jit.VectorInstruction.VEXTRACTF128;
import static orrery.kernel.jit.VectorInstruction.VEXTRACTF32X8;
import static orrery.kernel.jit.VectorInstruction.VEXTRACTI128;
import static orrery.kernel.jit.VectorInstruction.VEXTRACTI64X4;
import static orrery.kernel.jit.VectorInstruction.VINSERTF128;
import static orrery.kernel.jit.VectorInstruction.VINSERTF32X8;
import static orrery.kernel.jit.VectorInstruction.VINSERTI128;
import static orrery.kernel.jit.VectorInstruction.VINSERTI64X4;
import static orrery.kernel.jit.VectorInstruction.VMOVSHDUP;
import static orrery.kernel.jit.VectorInstruction.VMOVSLDUP;
import static orrery.kernel.jit.VectorInstruction.VPACKSSDW;
import static orrery.kernel.jit.VectorInstruction.VPACKSSWB;
import static orrery.kernel.jit.VectorInstruction.VPACKUSDW;
import static orrery.kernel.jit.VectorInstruction.VPACKUSWB;
import static orrery.kernel.jit.VectorInstruction.VPALIGNR;
import static orrery.kernel.jit.VectorInstruction.VPBLENDD;
import static orrery.kernel.jit.VectorInstruction.VPBLENDMB;
import static orrery.kernel.jit.VectorInstruction.VPBLENDMD;
import static orrery.kernel.jit.VectorInstruction.VPBLENDVB;
import static orrery.kernel.jit.VectorInstruction.VPERM2F128;
import static orrery.kernel.jit.VectorInstruction.VPERM2I128;
import static orrery.kernel.jit.VectorInstruction.VPERMB;
import static orrery.kernel.jit.VectorInstruction.VPERMD;
import static orrery.kernel.jit.VectorInstruction.VPERMI2B;
import static orrery.kernel.jit.VectorInstruction.VPERMI2D;
import static orrery.kernel.jit.VectorInstruction.VPERMI2PS;
import static orrery.kernel.jit.VectorInstruction.VPERMI2W;
import static orrery.kernel.jit.VectorInstruction.VPERMILPS;
import static orrery.kernel.jit.VectorInstruction.VPERMPS;
import static orrery.kernel.jit.VectorInstruction.VPERMQ;
import static orrery.kernel.jit.VectorInstruction.VPERMT2B;
import static orrery.kernel.jit.VectorInstruction.VPERMT2D;
import static orrery.kernel.jit.VectorInstruction.VPERMT2PS;
import static orrery.kernel.jit.VectorInstruction.VPERMT2W;
import static orrery.kernel.jit.VectorInstruction.VPERMW;
import static orrery.kernel.jit.VectorInstruction.VPSHUFB;
import static orrery.kernel.jit.VectorInstruction.VPSHUFD;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKHBW;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKHDQ;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKHQDQ;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKHWD;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKLBW;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKLDQ;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKLQDQ;
import static orrery.kernel.jit.VectorInstruction.VPUNPCKLWD;
import static orrery.kernel.jit.VectorInstruction.VSHUFF32X4;
import static orrery.kernel.jit.VectorInstruction.VSHUFI32X4;
import static orrery.kernel.jit.VectorInstruction.VSHUFPS;
import static orrery.kernel.jit.VectorInstruction.VUNPCKHPS;
import static orrery.kernel.jit.VectorInstruction.VUNPCKLPS;

import orrery.kernel.jit.Operand.VectorOrMemory;

/** What changes the places of lanes, and takes vectors apart and together. */
interface LaneInstructions extends Emitter {
    /** The 128 bits of that number. */
    default void vextractf128(VectorOrMemory to, Vector from, int immediate) {
        store(VEXTRACTF128, to, from, immediate);
    }

    /** The 128 bits of that number. */
    default void vextracti128(VectorOrMemory to, Vector from, int immediate) {
        store(VEXTRACTI128, to, from, immediate);
    }

    /** The half of that number. */
    default void vextractf32x8(VectorOrMemory to, Vector from, int immediate) {
        store(VEXTRACTF32X8, to, from, immediate);
    }

    /** The half of that number. */
    default void vextracti64x4(VectorOrMemory to, Vector from, int immediate) {
        store(VEXTRACTI64X4, to, from, immediate);
    }

    /** {@code a} with the 128 bits of that number from {@code b}. */
    default void vinsertf128(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VINSERTF128, to, a, b, immediate);
    }

    /** {@code a} with the 128 bits of that number from {@code b}. */
    default void vinserti128(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VINSERTI128, to, a, b, immediate);
    }

    /** {@code a} with the half of that number from {@code b}. */
    default void vinsertf32x8(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VINSERTF32X8, to, a, b, immediate);
    }

    /** {@code a} with the half of that number from {@code b}. */
    default void vinserti64x4(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VINSERTI64X4, to, a, b, immediate);
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

    /** The even lanes twice. */
    default void vmovsldup(Vector to, VectorOrMemory from) {
        emit(VMOVSLDUP, to, from);
    }

    /** The odd lanes twice. */
    default void vmovshdup(Vector to, VectorOrMemory from) {
        emit(VMOVSHDUP, to, from);
    }

    default void vpermilps(Vector to, VectorOrMemory from, int immediate) {
        emit(VPERMILPS, to, from, immediate);
    }

    /** Lanes of the whole vector by their numbers. */
    default void vpermps(Vector to, Vector indices, VectorOrMemory table) {
        emit(VPERMPS, to, indices, table);
    }

    /** Lanes of the whole vector by their numbers. */
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

    /** Parts of 128 bits: the lower half of them from {@code a}, the upper from {@code b}. */
    default void vshuff32x4(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VSHUFF32X4, to, a, b, immediate);
    }

    /** Parts of 128 bits: the lower half of them from {@code a}, the upper from {@code b}. */
    default void vshufi32x4(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VSHUFI32X4, to, a, b, immediate);
    }

    /** Bytes of the whole vector by their numbers (VBMI). */
    default void vpermb(Vector to, Vector indices, VectorOrMemory table) {
        emit(VPERMB, to, indices, table);
    }

    default void vpermw(Vector to, Vector indices, VectorOrMemory table) {
        emit(VPERMW, to, indices, table);
    }

    /** Bytes of two vectors by their numbers, which the result replaces (VBMI). */
    default void vpermi2b(Vector indices, Vector low, VectorOrMemory high) {
        emit(VPERMI2B, indices, low, high);
    }

    /** Bytes of two vectors by their numbers; the result replaces the first (VBMI). */
    default void vpermt2b(Vector low, Vector indices, VectorOrMemory high) {
        emit(VPERMT2B, low, indices, high);
    }

    default void vpermi2w(Vector indices, Vector low, VectorOrMemory high) {
        emit(VPERMI2W, indices, low, high);
    }

    default void vpermt2w(Vector low, Vector indices, VectorOrMemory high) {
        emit(VPERMT2W, low, indices, high);
    }

    default void vpermi2d(Vector indices, Vector low, VectorOrMemory high) {
        emit(VPERMI2D, indices, low, high);
    }

    default void vpermt2d(Vector low, Vector indices, VectorOrMemory high) {
        emit(VPERMT2D, low, indices, high);
    }

    default void vpermi2ps(Vector indices, Vector low, VectorOrMemory high) {
        emit(VPERMI2PS, indices, low, high);
    }

    default void vpermt2ps(Vector low, Vector indices, VectorOrMemory high) {
        emit(VPERMT2PS, low, indices, high);
    }

    /** Bytes of each 128 bits by their numbers; 0 where a number is negative. */
    default void vpshufb(Vector to, Vector table, VectorOrMemory indices) {
        emit(VPSHUFB, to, table, indices);
    }

    default void vpshufd(Vector to, VectorOrMemory from, int immediate) {
        emit(VPSHUFD, to, from, immediate);
    }

    default void vpalignr(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VPALIGNR, to, a, b, immediate);
    }

    /** {@code a} above {@code b}, shifted down by so many lanes of 32 bits. */
    default void valignd(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VALIGND, to, a, b, immediate);
    }

    default void vpunpcklbw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKLBW, to, a, b);
    }

    default void vpunpckhbw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKHBW, to, a, b);
    }

    default void vpunpcklwd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKLWD, to, a, b);
    }

    default void vpunpckhwd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPUNPCKHWD, to, a, b);
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

    /** Within each 128 bits, saturating: {@code a} below, {@code b} above. */
    default void vpacksswb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKSSWB, to, a, b);
    }

    default void vpackuswb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKUSWB, to, a, b);
    }

    /** Within each 128 bits, saturating: {@code a} below, {@code b} above. */
    default void vpackssdw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKSSDW, to, a, b);
    }

    default void vpackusdw(Vector to, Vector a, VectorOrMemory b) {
        emit(VPACKUSDW, to, a, b);
    }

    default void vblendps(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VBLENDPS, to, a, b, immediate);
    }

    default void vpblendd(Vector to, Vector a, VectorOrMemory b, int immediate) {
        emit(VPBLENDD, to, a, b, immediate);
    }

    /** {@code b} where the sign of the selector's lane is set, else {@code a} (VEX). */
    default void vblendvps(Vector to, Vector a, VectorOrMemory b, Vector selector) {
        select(VBLENDVPS, to, a, b, selector);
    }

    /** {@code b} where the sign of the selector's byte is set, else {@code a} (VEX). */
    default void vpblendvb(Vector to, Vector a, VectorOrMemory b, Vector selector) {
        select(VPBLENDVB, to, a, b, selector);
    }

    /** {@code b} where the bit of the mask of {@code to} is set, else {@code a}. */
    default void vblendmps(Vector to, Vector a, VectorOrMemory b) {
        emit(VBLENDMPS, to, a, b);
    }

    /** {@code b} where the bit of the mask of {@code to} is set, else {@code a}. */
    default void vpblendmd(Vector to, Vector a, VectorOrMemory b) {
        emit(VPBLENDMD, to, a, b);
    }

    /** {@code b} where the bit of the mask of {@code to} is set, else {@code a}. */
    default void vpblendmb(Vector to, Vector a, VectorOrMemory b) {
        emit(VPBLENDMB, to, a, b);
    }
}
