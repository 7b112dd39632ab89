/**
 * Machine code for x86-64, written while the program runs, as oneDNN and libxsmm write theirs: an {@code Assembler}
 * with typed operands, memory that may be executed, and what the processor can do.
 */
package orrery.kernel.jit;
