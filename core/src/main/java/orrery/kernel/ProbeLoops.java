package orrery.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * The loops that ask the most of a machine, written as the products of a backend are: nothing but loads, and nothing
 * but multiply-adds, of floats and of bytes. {@link Ceilings} times them.
 */
public interface ProbeLoops {
    /**
     * What {@link #read} takes: its four streams begin a quarter of the bytes apart, and each of them takes whole
     * vectors.
     */
    int MULTIPLE = 4096;

    /**
     * Reads every byte once, in four independent streams, because one stream alone may not fill what a core can have
     * under way.
     *
     * @param memory native memory
     * @param bytes a multiple of {@link #MULTIPLE}
     * @return a sum, so that no compiler leaves the loads out
     */
    long read(MemorySegment memory, long offset, long bytes);

    /**
     * Multiplies and adds in twelve independent chains, more than latency times throughput of any core so far, for so
     * many turns, in registers alone.
     */
    float multiply(float seed, int turns);

    /** Float operations of one turn of {@link #multiply}; a multiply-add counts as two. */
    int operationsPerTurn();

    /**
     * Multiplies bytes and adds the products up in twelve independent chains, for so many turns, in registers alone;
     * nothing where {@link #byteOperationsPerTurn} is empty.
     */
    default void multiplyBytes(int turns) {}

    /**
     * Operations on bytes of one turn of {@link #multiplyBytes}; a product and its addition count as two. Empty where
     * the backend has no products of bytes.
     */
    default OptionalInt byteOperationsPerTurn() {
        return OptionalInt.empty();
    }

    /** Memory to read, as the backend keeps its weights, freed with its arena. */
    default MemorySegment memory(Arena arena, long bytes) {
        return arena.allocate(bytes, MULTIPLE);
    }
}
