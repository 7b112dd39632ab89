package orrery.kernel.vector;

import java.util.Arrays;
import orrery.tensor.Matrix;

/** Weaves a whole matrix, group by group on all workers. */
final class Weaving implements WorkerPool.Task {
    private final WorkerPool pool;
    private final Weaver[] weavers;
    private Matrix matrix = Matrix.EMPTY;
    private long weights;
    private long target;

    Weaving(WorkerPool pool) {
        this.pool = pool;
        weavers = new Weaver[pool.workers()];
        Arrays.setAll(weavers, _ -> new Weaver());
    }

    /** Weaves all rows to {@code to}. */
    void weave(Matrix source, long to) {
        matrix = source;
        weights = Memory.address(source);
        target = to;
        pool.run(this, Woven.groups(source.rows()));
        matrix = Matrix.EMPTY;
    }

    @Override
    public void run(int part, int worker) {
        weavers[worker].weave(
                matrix, weights, part, target + part * Woven.groupBytes(matrix.dtype(), matrix.columns()));
    }
}
