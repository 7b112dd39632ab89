/**
 * Machine code generated at run time, as in oneDNN and libxsmm: for x86-64, and products for Arm.
 *
 * <p>From the bottom up:
 * <ul>
 *   <li>{@code Assembler} with typed operands, {@code ExecutableMemory} and {@code NativeFunction} to call its code,
 *       {@code LargePages}; {@code Processor}, and the {@code Tier} of instructions that it supports.
 *   <li>Layouts as data: what a format's numbers mean ({@code PanelFormat} with {@code Codes}, {@code Scales},
 *       {@code Minima}), the layout of a panel ({@code PanelLayout}) and of rounded activations ({@code RoundedRow},
 *       {@code Tiles}).
 *   <li>Generators of products: {@code ProductWriter} with {@code CodeReader}, {@code DotProducts} and
 *       {@code ScaleReader}; {@code PackingWriter} with {@code RowReader} and {@code LaneStore};
 *       {@code RoundingWriter}. Formats that are only decoded are packed by {@code CodePacker}, in Java. The same for
 *       Arm, on {@code orrery.kernel.jit.arm}: {@code ArmProductWriter}, {@code ArmRoundingWriter}; {@code ProductCode}
 *       has both.
 *   <li>Generators of row operations, on {@code RunWriter}, which emits the loops: {@code ElementWriter} with
 *       {@code CurveWriter}, {@code ReductionWriter}, {@code RopeWriter}, {@code MoveWriter}, {@code LargestWriter}.
 *   <li>Generators of attention: {@code FloatTileWriter} for keys in columns and for values, {@code DotTileWriter} for
 *       latent keys, {@code BlockRowWriter}, {@code SoftmaxWriter}, {@code ShareWriter}; {@code StoreWriter} and
 *       {@code BlockStoreWriter} fill the cache.
 *   <li>The callers: {@code JitProducts} divides products among threads, {@code SharedCall} rows;
 *       {@code EmittedAttention} iterates over the KV cache's pages; {@code EmittedMoves}, {@code EmittedRows} and
 *       {@code JitKernels} have the operations, {@code JitBackend} is the service.
 * </ul>
 */
package orrery.kernel.jit;
