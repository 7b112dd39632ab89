/**
 * A64 instructions (64-bit Arm) as bytes: those that products of packed weights need. Operands are typed, and
 * {@code ArmAssembler} has a method for each mnemonic; it is independent of the code generators.
 */
package orrery.kernel.jit.arm;
