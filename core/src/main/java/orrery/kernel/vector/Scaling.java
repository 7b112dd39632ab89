package orrery.kernel.vector;

import orrery.kernel.Crew;

/** Operations on each row in place with a number: a factor per row, or one cap for all. */
final class Scaling extends RowTask {
    private final WorkerScratch scratch;
    private long x;
    private int columns;
    private float[] factors = {};
    private float cap;

    Scaling(Crew pool, WorkerScratch scratch) {
        super(pool);
        this.scratch = scratch;
    }

    /** {@code x[r] *= factors[r]}. */
    void scale(long target, float[] perRow, int rows, int width) {
        x = target;
        factors = perRow;
        cap = 0;
        columns = width;
        share(rows, width);
    }

    /** {@code x = most * tanh(x / most)}. */
    void cap(long target, float most, int rows, int width) {
        x = target;
        cap = most;
        columns = width;
        scratch.ensure(2L * 4 * Curves.RUN);
        share(rows, 4L * width);
    }

    @Override
    void rows(int from, int to) {
        rows(from, to, 0);
    }

    @Override
    void rows(int from, int to, int worker) {
        for (int r = from; r < to; r++) {
            long at = x + 4L * r * columns;
            if (cap > 0) {
                Curves.cap(at, cap, columns, scratch.of(worker));
            } else {
                Sums.scale(at, factors[r], columns);
            }
        }
    }
}
