package orrery.kernel.vector;

import java.util.Arrays;
import orrery.tensor.Matrix;

/** Packs a whole matrix, group by group on all workers. */
final class ParallelPacking implements WorkerPool.Task {
    private final WorkerPool pool;
    private final Packer[] packers;
    private Matrix matrix = Matrix.EMPTY;
    private long weights;
    private long target;

    ParallelPacking(WorkerPool pool) {
        this.pool = pool;
        packers = new Packer[pool.workers()];
        Arrays.setAll(packers, _ -> new Packer());
    }

    /** Packs all rows to {@code to}. */
    void pack(Matrix source, long to) {
        matrix = source;
        weights = OffHeap.address(source);
        target = to;
        pool.run(this, PackedLayout.groups(source.rows()));
        matrix = Matrix.EMPTY;
    }

    @Override
    public void run(int part, int worker) {
        packers[worker].pack(
                matrix, weights, part, target + part * PackedLayout.groupBytes(matrix.dtype(), matrix.columns()));
    }
}
