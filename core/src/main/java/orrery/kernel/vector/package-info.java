/**
 * Kernels on the Vector API: a pool of threads, products that stream or block, attention over pages. The only package that may mention
 * {@code jdk.incubator.vector}. Everything here trusts its arguments; {@link orrery.kernel.CheckedKernels} stands before it.
 */
package orrery.kernel.vector;
