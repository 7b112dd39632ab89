package orrery.lab.experiment;

/** How much of an experiment's grid is run. */
public enum GridSize {
    /** One cell. */
    QUICK,
    /** What ends within an hour on a laptop: all variants, with fewer seeds or settings. */
    USUAL,
    /** Every cell. */
    FULL
}
