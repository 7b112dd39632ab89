/** Measures kernels against the machine's peak at the same moment. Not shipped. */
@org.jspecify.annotations.NullMarked
package orrery.bench;
