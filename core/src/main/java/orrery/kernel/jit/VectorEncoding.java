package orrery.kernel.jit;

/** The prefix of vector instructions. An assembler uses only one, because a processor may lack the other. */
enum VectorEncoding {
    /** AVX and AVX2: 16 registers of at most 256 bits, no masks. */
    VEX,
    /** AVX-512: 32 registers of up to 512 bits, masks, broadcasts from memory. */
    EVEX
}
