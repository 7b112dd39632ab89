package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * Loops that reach a machine's peak, written like the products of a backend: one with nothing but loads, and one each
 * with nothing but multiply-adds of floats and of bytes. {@link Ceilings} times them.
 */
public interface ProbeLoops {
    /**
     * The granularity of {@link #read}: its four streams start a quarter of the bytes apart, and each reads whole
     * vectors.
     */
    int MULTIPLE = 4096;

    /**
     * Reads every byte once, in four independent streams, because one stream alone may not use all the loads that a
     * core can have in flight.
     *
     * @param memory native memory
     * @param bytes a multiple of {@link #MULTIPLE}
     * @return a sum, so that no compiler removes the loads
     */
    long read(MemorySegment memory, long offset, long bytes);

    /**
     * Multiplies and adds in twelve independent chains, more than latency times throughput of any core so far, for
     * {@code turns} iterations, in registers only.
     */
    float multiply(float seed, int turns);

    /** Float operations per iteration of {@link #multiply}; a multiply-add counts as two. */
    int operationsPerTurn();

    /**
     * Multiplies bytes and adds the products in twelve independent chains, for {@code turns} iterations, in registers
     * only; does nothing if {@link #byteOperationsPerTurn} is empty.
     */
    default void multiplyBytes(int turns) {}

    /**
     * Operations on bytes per iteration of {@link #multiplyBytes}; a product and its addition count as two. Empty if
     * the backend has no products of bytes.
     */
    default OptionalInt byteOperationsPerTurn() {
        return OptionalInt.empty();
    }

    /** Memory to read, allocated like the backend's weights, freed with its arena. */
    default MemorySegment memory(Arena arena, long bytes) {
        return arena.allocate(bytes, MULTIPLE);
    }
}
