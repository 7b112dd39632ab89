package orrery.measure;

/** Receives the progress of a measurement, but never during something that is timed. */
public interface BenchListener {
    /** Ignores all progress. */
    BenchListener NONE = (_, _, _) -> {};

    /** The phases, in order. */
    enum Phase {
        MAKING_WEIGHTS,
        WARMING_UP,
        MEASURING
    }

    /** Reports progress, in any unit. */
    void at(Phase phase, long done, long all);
}
