/**
 * Machine code, written while the program runs, as oneDNN and libxsmm write theirs: for x86-64, and products for Arm.
 *
 * <p>From the bottom up:
 *
 * <ul>
 *   <li>{@code Assembler} with typed operands, {@code ExecutableMemory} and {@code NativeFunction} to call what it
 *       wrote, {@code LargePages}; {@code Processor}, and the {@code Tier} of instructions that it has.
 *   <li>Layouts as data: what a format's numbers mean ({@code PanelFormat} with {@code Codes}, {@code Scales},
 *       {@code Minima}), where they lie in a panel ({@code PanelLayout}), and how rounded activations lie
 *       ({@code RoundedRow}, {@code Tiles}).
 *   <li>Generators of products: {@code ProductWriter} with {@code CodeReader}, {@code DotProducts} and
 *       {@code ScaleReader}; {@code PackingWriter} with {@code RowReader} and {@code LaneStore};
 *       {@code RoundingWriter}. What is only read is packed by {@code CodePacker}, in Java.
 *       The same for Arm, on {@code orrery.kernel.jit.arm}: {@code ArmProductWriter},
 *       {@code ArmRoundingWriter}; {@code ProductCode} has both.
 *   <li>Generators of what is done to rows, on {@code RunWriter}, which writes the loops: {@code ElementWriter} with
 *       {@code CurveWriter}, {@code ReductionWriter}, {@code RopeWriter}, {@code MoveWriter}, {@code LargestWriter}.
 *   <li>Generators of attention: {@code FloatTileWriter} for keys in columns and for values, {@code DotTileWriter} for
 *       latent keys, {@code SoftmaxWriter}, {@code ShareWriter}; {@code StoreWriter} fills the cache.
 *   <li>What runs them: {@code JitProducts} shares products among threads, {@code SharedCall} rows;
 *       {@code EmittedAttention} walks over the pages of a past; {@code EmittedMoves}, {@code EmittedRows} and
 *       {@code JitKernels} have the operations, {@code JitBackend} is the service.
 * </ul>
 */
package orrery.kernel.jit;
