package orrery.kernel.jit;

import static orrery.kernel.jit.VectorInstruction.VBROADCASTI128;
import static orrery.kernel.jit.VectorInstruction.VBROADCASTSS;
import static orrery.kernel.jit.VectorInstruction.VMASKMOVPS;
import static orrery.kernel.jit.VectorInstruction.VMASKMOVPS_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVAPS;
import static orrery.kernel.jit.VectorInstruction.VMOVAPS_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVD;
import static orrery.kernel.jit.VectorInstruction.VMOVDQA;
import static orrery.kernel.jit.VectorInstruction.VMOVDQA_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVDQU;
import static orrery.kernel.jit.VectorInstruction.VMOVDQU16;
import static orrery.kernel.jit.VectorInstruction.VMOVDQU16_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVDQU8;
import static orrery.kernel.jit.VectorInstruction.VMOVDQU8_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVDQU_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVD_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVQ;
import static orrery.kernel.jit.VectorInstruction.VMOVQ_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVSS;
import static orrery.kernel.jit.VectorInstruction.VMOVSS_STORE;
import static orrery.kernel.jit.VectorInstruction.VMOVUPS;
import static orrery.kernel.jit.VectorInstruction.VMOVUPS_STORE;
import static orrery.kernel.jit.VectorInstruction.VPBROADCASTD;
import static orrery.kernel.jit.VectorInstruction.VPBROADCASTD_GENERAL;
import static orrery.kernel.jit.VectorInstruction.VPBROADCASTW;
import static orrery.kernel.jit.VectorInstruction.VPBROADCASTW_GENERAL;
import static orrery.kernel.jit.VectorInstruction.VPMOVDB;
import static orrery.kernel.jit.VectorInstruction.VPMOVDW;
import static orrery.kernel.jit.VectorInstruction.VPMOVSXBD;
import static orrery.kernel.jit.VectorInstruction.VPMOVSXBW;
import static orrery.kernel.jit.VectorInstruction.VPMOVZXBD;
import static orrery.kernel.jit.VectorInstruction.VPMOVZXWD;

import orrery.kernel.jit.Operand.VectorOrMemory;

/**
 * Vector loads, stores and moves. A masked load does not access, and a masked store does not write, lanes outside its
 * mask.
 */
interface MoveInstructions extends Emitter {
    /** Floats, unaligned. */
    default void vmovups(Vector to, VectorOrMemory from) {
        emit(VMOVUPS, to, from);
    }

    default void vmovups(Address to, Vector from) {
        store(VMOVUPS_STORE, to, from);
    }

    /** Floats, aligned to the vector's size. */
    default void vmovaps(Vector to, VectorOrMemory from) {
        emit(VMOVAPS, to, from);
    }

    default void vmovaps(Address to, Vector from) {
        store(VMOVAPS_STORE, to, from);
    }

    /** Lanes of 32 bits, unaligned. */
    default void vmovdqu(Vector to, VectorOrMemory from) {
        emit(VMOVDQU, to, from);
    }

    default void vmovdqu(Address to, Vector from) {
        store(VMOVDQU_STORE, to, from);
    }

    /** Lanes of 32 bits, aligned to the vector's size. */
    default void vmovdqa(Vector to, VectorOrMemory from) {
        emit(VMOVDQA, to, from);
    }

    default void vmovdqa(Address to, Vector from) {
        store(VMOVDQA_STORE, to, from);
    }

    /** Bytes, with one mask bit each. */
    default void vmovdqu8(Vector to, VectorOrMemory from) {
        emit(VMOVDQU8, to, from);
    }

    default void vmovdqu8(Address to, Vector from) {
        store(VMOVDQU8_STORE, to, from);
    }

    /** Pairs of bytes, with one mask bit each. */
    default void vmovdqu16(Vector to, VectorOrMemory from) {
        emit(VMOVDQU16, to, from);
    }

    default void vmovdqu16(Address to, Vector from) {
        store(VMOVDQU16_STORE, to, from);
    }

    /** Loads the lanes whose sign in {@code mask} is set; the others become 0. */
    default void vmaskmovps(Vector to, Vector mask, Address from) {
        emit(VMASKMOVPS, to, mask, from);
    }

    /** Stores the lanes whose sign in {@code mask} is set. */
    default void vmaskmovps(Address to, Vector mask, Vector from) {
        emit(VMASKMOVPS_STORE, from, mask, to);
    }

    /** One float; the other lanes become 0. */
    default void vmovss(Vector to, Address from) {
        emit(VMOVSS, to, from);
    }

    default void vmovss(Address to, Vector from) {
        store(VMOVSS_STORE, to, from);
    }

    /** 32 bits; the other lanes become 0. */
    default void vmovd(Vector to, Address from) {
        emit(VMOVD, to, from);
    }

    default void vmovd(Address to, Vector from) {
        store(VMOVD_STORE, to, from);
    }

    /** 32 bits; the other lanes become 0. */
    default void vmovd(Vector to, General from) {
        cross(VMOVD, to, from);
    }

    default void vmovd(General to, Vector from) {
        cross(VMOVD_STORE, from, to);
    }

    /** 64 bits; the other lanes become 0. */
    default void vmovq(Vector to, Address from) {
        emit(VMOVQ, to, from);
    }

    default void vmovq(Address to, Vector from) {
        store(VMOVQ_STORE, to, from);
    }

    /** 64 bits; the other lanes become 0. */
    default void vmovq(Vector to, General from) {
        cross(VMOVQ, to, from);
    }

    default void vmovq(General to, Vector from) {
        cross(VMOVQ_STORE, from, to);
    }

    /** Broadcasts the lowest float. */
    default void vbroadcastss(Vector to, VectorOrMemory from) {
        emit(VBROADCASTSS, to, from);
    }

    /** Broadcasts 128 bits. */
    default void vbroadcasti128(Vector to, Address from) {
        emit(VBROADCASTI128, to, from);
    }

    /** Broadcasts the lowest 16 bits. */
    default void vpbroadcastw(Vector to, VectorOrMemory from) {
        emit(VPBROADCASTW, to, from);
    }

    /** Broadcasts the lowest 32 bits. */
    default void vpbroadcastd(Vector to, VectorOrMemory from) {
        emit(VPBROADCASTD, to, from);
    }

    default void vpbroadcastw(Vector to, General from) {
        cross(VPBROADCASTW_GENERAL, to, from);
    }

    default void vpbroadcastd(Vector to, General from) {
        cross(VPBROADCASTD_GENERAL, to, from);
    }

    default void vpmovsxbw(Vector to, VectorOrMemory from) {
        emit(VPMOVSXBW, to, from);
    }

    /** Bytes to lanes of 32 bits. */
    default void vpmovsxbd(Vector to, VectorOrMemory from) {
        emit(VPMOVSXBD, to, from);
    }

    /** Bytes to lanes of 32 bits. */
    default void vpmovzxbd(Vector to, VectorOrMemory from) {
        emit(VPMOVZXBD, to, from);
    }

    default void vpmovzxwd(Vector to, VectorOrMemory from) {
        emit(VPMOVZXWD, to, from);
    }

    /** The lowest byte of each lane. */
    default void vpmovdb(VectorOrMemory to, Vector from) {
        store(VPMOVDB, to, from);
    }

    /** The lower half of each lane. */
    default void vpmovdw(VectorOrMemory to, Vector from) {
        store(VPMOVDW, to, from);
    }
}
