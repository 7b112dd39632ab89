package orrery.kernel.vector;

import orrery.kernel.Crew;

/**
 * An operation on each row of activations separately, divided among threads by blocks of rows if there is enough work
 * to pay for the barrier.
 */
abstract class RowTask implements Crew.Task {
    /** Below this number of elements, waking another thread costs more than it saves. */
    private static final long WORTH_SHARING = 16 << 10;

    private final Crew pool;
    private int count;
    private int rowsPerPart;

    RowTask(Crew pool) {
        this.pool = pool;
    }

    /** Processes {@code rows} rows of {@code columns} elements. */
    final void share(int rows, long columns) {
        count = rows;
        if (rows * columns < 2 * WORTH_SHARING || pool.workers() == 1) {
            rows(0, rows, 0);
            return;
        }
        long parts = Math.min(4L * pool.workers(), rows * columns / WORTH_SHARING);
        rowsPerPart = (int) ((rows + parts - 1) / parts);
        pool.run(this, (rows + rowsPerPart - 1) / rowsPerPart);
    }

    @Override
    public final void run(int part, int worker) {
        rows(part * rowsPerPart, Math.min(count, (part + 1) * rowsPerPart), worker);
    }

    /** The same for tasks that need scratch: {@code worker} says whose to use. */
    void rows(int from, int to, int worker) {
        rows(from, to);
    }

    /** Processes the rows from {@code from} to {@code to}. */
    abstract void rows(int from, int to);
}
