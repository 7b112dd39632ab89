/** Measures kernels against what the same machine could do in the same seconds. Not shipped. */
@org.jspecify.annotations.NullMarked
package orrery.bench;
