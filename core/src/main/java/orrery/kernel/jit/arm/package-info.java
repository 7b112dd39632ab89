/**
 * Instructions of A64, the 64-bit instruction set of Arm, as bytes: as much of it as products of packed weights take.
 * Operands are typed, and {@code ArmAssembler} has a method for each mnemonic; it knows nothing of what is written with
 * it.
 */
package orrery.kernel.jit.arm;
