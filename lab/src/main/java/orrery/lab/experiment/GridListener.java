package orrery.lab.experiment;

import orrery.ablation.Cell;

/** Learns of what a grid does, on the thread that runs it. */
public interface GridListener {
    /**
     * Before the first cell.
     *
     * @param cells that are still to be run
     * @param done cells that an earlier run finished
     * @param seconds that they are estimated to take, from measured steps of the first; 0 if none are left
     */
    void begins(int cells, int done, double seconds);

    /**
     * After each step.
     *
     * @param done the work that is done, in any unit
     * @param all the work of all cells in the same unit
     */
    void at(long done, long all);

    /** After each cell, once it is in the file. */
    void finished(Cell cell);
}
