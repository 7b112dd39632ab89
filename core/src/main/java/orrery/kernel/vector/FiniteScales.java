package orrery.kernel.vector;

import static orrery.kernel.vector.OffHeap.ALL;

import orrery.kernel.Crew;
import orrery.quant.BlockFormat;
import orrery.tensor.Matrix;

/** Checks before the first product, on all workers, that every scale and minimum of a matrix is finite. */
final class FiniteScales implements Crew.Task {
    private static final int ROWS = 16;

    private final BlockFormat format;
    private final Matrix matrix;
    private final long from;

    private FiniteScales(Matrix matrix) {
        format = BlockFormat.of(matrix.dtype());
        this.matrix = matrix;
        from = OffHeap.address(matrix);
    }

    /** @throws orrery.kernel.BackendException if one is not */
    static void require(Matrix matrix, Crew pool) {
        pool.run(new FiniteScales(matrix), (matrix.rows() + ROWS - 1) / ROWS);
    }

    @Override
    public void run(int part, int worker) {
        var dtype = matrix.dtype();
        int groups = dtype.blockElements() / format.groupSize();
        for (int row = part * ROWS; row < Math.min(matrix.rows(), (part + 1) * ROWS); row++) {
            long block = from + dtype.bytes(row * matrix.stride());
            long end = block + dtype.bytes(matrix.columns());
            for (; block < end; block += dtype.blockBytes()) {
                for (int group = 0; group < groups; group++) {
                    Blocks.finite(format.scale(ALL, block, group));
                    Blocks.finite(format.minimum(ALL, block, group));
                }
            }
        }
    }
}
