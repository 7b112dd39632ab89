package orrery.kernel.jit;

/** What the r/m field of an instruction can name: a register, or memory. */
sealed interface Operand {

    /** A register; its lowest three bits go to ModRM, the others to a prefix. */
    sealed interface Register extends Operand permits General, Vector, Opmask {
        /** 0..15, of a vector 0..31, of a mask 0..7. */
        int number();
    }

    /** What the last source of most vector instructions may be: {@code zmm3/m512} in Intel's manual. */
    sealed interface VectorOrMemory extends Operand permits Vector, Address {}
}
