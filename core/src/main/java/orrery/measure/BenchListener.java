package orrery.measure;

/** Is told how far a measurement is; never in the middle of something that is timed. */
public interface BenchListener {
    /** Does not listen. */
    BenchListener NONE = (_, _, _) -> {};

    /** What takes time, in its order. */
    enum Phase {
        MAKING_WEIGHTS,
        WARMING_UP,
        MEASURING
    }

    /** So much of all is done, in any unit. */
    void at(Phase phase, long done, long all);
}
