package orrery.kernel.jit;

/** Which prefix a vector instruction gets. One assembler keeps to one, because a processor may lack the other. */
enum VectorEncoding {
    /** AVX and AVX2: 16 registers of at most 256 bits, no masks. */
    VEX,
    /** AVX-512: 32 registers of up to 512 bits, masks, broadcasts from memory. */
    EVEX
}
