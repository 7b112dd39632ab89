package orrery.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The two loops that ask the most of a machine, written as the products of a backend are: nothing but loads, and
 * nothing but multiply-adds. {@link Ceilings} times them.
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
}
