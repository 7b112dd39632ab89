package orrery.model;

import orrery.kernel.Kernels;
import orrery.kernel.Step;
import orrery.tensor.Matrix;
import orrery.tensor.Tensor;

/** The input of the first layer: a token's scaled embedding, or the unscaled vector of a soft row. */
final class InputRows {
    private final Kernels kernels;
    private final Matrix table;
    private final float scale;
    private final Tensor some;
    private final int[] ids;
    private final int[] rows;

    InputRows(Matrix table, float scale, Scratch scratch) {
        kernels = scratch.kernels();
        this.table = table;
        this.scale = scale;
        // This buffer is free until the first layer runs.
        some = scratch.buffer("normed", table.columns());
        ids = new int[scratch.rows()];
        rows = new int[scratch.rows()];
    }

    /**
     * Writes {@code out[r]} for every row of a step.
     *
     * @throws IllegalArgumentException if a soft row's vector does not have the embedding's width
     */
    void embed(Tensor out, Step step) {
        if (step.softCount() == 0) {
            kernels.embed(out, table, step.tokens(), scale, step.rows());
            return;
        }
        int tokens = 0;
        int soft = 0;
        for (int r = 0; r < step.rows(); r++) {
            if (soft < step.softCount() && step.softRows()[soft] == r) {
                soft++;
            } else {
                ids[tokens] = step.tokens()[r];
                rows[tokens++] = r;
            }
        }
        kernels.embed(some, table, ids, scale, tokens);
        kernels.scatter(out, some, rows, 0, tokens);
        for (int from = 0; from < soft; ) {
            var vectors = step.softVectors(from);
            if (vectors.columns() != table.columns()) {
                throw new IllegalArgumentException("row " + step.softRows()[from] + " is a vector of "
                        + vectors.columns() + " elements, expected the hidden size " + table.columns());
            }
            int count = 1;
            while (from + count < soft && step.softVectors(from + count).equals(vectors)) {
                count++;
            }
            kernels.gather(some, vectors, step.softIndices(), from, count);
            kernels.scatter(out, some, step.softRows(), from, count);
            from += count;
        }
    }
}
