/**
 * Machine code for x86-64, written while the program runs, as oneDNN and libxsmm write theirs: an {@code Assembler}
 * with typed operands, memory that may be executed, and what the processor can do.
 *
 * <p>Products of packed weights are written by {@code ProductWriter}. What is done to rows of activations is written
 * with {@code RunWriter}, which writes the loops: one call does any number of rows, and a function is written when it
 * is first called. Attention is {@code EmittedAttention}, the walk over pages, with {@code FloatTileWriter} (keys in
 * columns, values), {@code DotTileWriter} (latent keys) and {@code SoftmaxWriter} inside.
 */
package orrery.kernel.jit;
