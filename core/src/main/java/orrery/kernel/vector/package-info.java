/**
 * Kernels on the Vector API: products and attention over pages. The only package that may mention
 * {@code jdk.incubator.vector}. Everything here trusts its arguments; {@link orrery.kernel.CheckedKernels} has checked
 * them.
 *
 * <p>The class that multiplies weights, by their dtype and the number of rows:
 * <table>
 * <caption>Products</caption>
 * <tr><th>weights</th><th>rows</th><th>class</th></tr>
 * <tr><td>blocks (Q8_0, Q4_K, MXFP4 …)</td><td>any</td><td>{@code AnyPanel}, over {@code Blocks}</td></tr>
 * <tr><td>F32, F16, BF16, contiguous inputs</td><td>1, 2; F16 up to 4; all, if sums are short</td> <td>{@code Gemv}
 * with {@code F32Gemv}, {@code F16Gemv}, {@code Bf16Gemv}</td></tr>
 * <tr><td>F32, BF16, contiguous inputs</td><td>3 to 16; all, if there are few outputs</td> <td>{@code SmallGemm} with
 * {@code F32SmallGemm}, {@code Bf16SmallGemm}</td></tr>
 * <tr><td>floats, contiguous outputs</td><td>1</td><td>{@code TransposedGemv}</td></tr>
 * <tr><td>all other floats</td><td>more</td><td>{@code Gemm}, a panel of floats in the second-level cache</td></tr>
 * <tr><td>FP8 (E4M3), with or without block scales</td><td>up to 4, more</td> <td>{@code Fp8Gemv},
 * {@code AnyPanel}</td></tr>
 * <tr><td>several products at once: heads, experts</td><td>any</td><td>{@code BatchedGemm}, which runs the ones
 * above</td></tr>
 * </table>
 * Attention over F32, F16, BF16 and Q8 caches is {@code PagedAttention} for every number of rows.
 */
package orrery.kernel.vector;
