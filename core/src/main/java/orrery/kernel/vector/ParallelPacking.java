package orrery.kernel.vector;

import java.util.Arrays;
import orrery.tensor.Matrix;

/** Weaves a whole matrix, group by group on all workers. */
final class ParallelPacking implements WorkerPool.Task {
    private final WorkerPool pool;
    private final Packer[] weavers;
    private Matrix matrix = Matrix.EMPTY;
    private long weights;
    private long target;

    ParallelPacking(WorkerPool pool) {
        this.pool = pool;
        weavers = new Packer[pool.workers()];
        Arrays.setAll(weavers, _ -> new Packer());
    }

    /** Weaves all rows to {@code to}. */
    void weave(Matrix source, long to) {
        matrix = source;
        weights = OffHeap.address(source);
        target = to;
        pool.run(this, PackedLayout.groups(source.rows()));
        matrix = Matrix.EMPTY;
    }

    @Override
    public void run(int part, int worker) {
        weavers[worker].weave(
                matrix, weights, part, target + part * PackedLayout.groupBytes(matrix.dtype(), matrix.columns()));
    }
}
