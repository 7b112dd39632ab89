package orrery.kernel.jit;

/** What the r/m field of an instruction can encode: a register, or memory. */
sealed interface Operand {

    /** A register; its lowest three bits are in ModRM, the others in a prefix. */
    sealed interface Register extends Operand permits General, Vector, Opmask {
        /** 0 to 15, for a vector 0 to 31, for a mask 0 to 7. */
        int number();
    }

    /** The last source of most vector instructions: {@code zmm3/m512} in Intel's manual. */
    sealed interface VectorOrMemory extends Operand permits Vector, Address {}
}
