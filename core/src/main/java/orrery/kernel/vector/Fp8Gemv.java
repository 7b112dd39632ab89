package orrery.kernel.vector;

import java.util.Arrays;
import orrery.tensor.BlockScales;
import orrery.tensor.Matrix;

/**
 * Products of a few rows with E4M3 weights whose inputs are contiguous. The factors of a matrix's blocks are applied to
 * the activations instead of the weights: outputs of one row of blocks share them, so activations are scaled once for,
 * in the releases, 128 rows of weights.
 */
final class Fp8Gemv {
    private static final int NONE = -1;

    private final WorkerScratch scratch;
    private final Scaled[] scaled;

    /**
     * What a worker's scratch contains: the row at {@code state[0]}, scaled for the block {@code state[1]} of the
     * product {@code state[2]}.
     */
    private static final class Scaled {
        private static final int ROW = 0;
        private static final int BLOCK = 1;
        private static final int PRODUCT = 2;

        private final long[] state = Apart.longs(3);

        void forget() {
            state[PRODUCT] = NONE;
        }

        boolean holds(int product, int block, long row) {
            return state[PRODUCT] == product && state[BLOCK] == block && state[ROW] == row;
        }

        void hold(int product, int block, long row) {
            state[PRODUCT] = product;
            state[BLOCK] = block;
            state[ROW] = row;
        }
    }

    Fp8Gemv(WorkerScratch scratch, int workers) {
        this.scratch = scratch;
        scaled = new Scaled[workers];
        Arrays.setAll(scaled, _ -> new Scaled());
    }

    /** Called before each parallel run, because activations have changed. */
    void begin(int longest) {
        scratch.ensure(4L * longest);
        for (var one : scaled) {
            one.forget();
        }
    }

    /**
     * {@code out[from .. to] = x weight^T} for one row.
     *
     * @param product the index of the product in the run: its activations may have been scaled already
     */
    void multiply(int product, Matrix matrix, long weight, long x, long out, int from, int to, int worker) {
        int inputs = matrix.columns();
        long copy = scratch.of(worker);
        var held = scaled[worker];
        for (int o = from; o < to; ) {
            int block = 0;
            int end = to;
            if (matrix.scales().isPresent()) {
                var scales = matrix.scales().get();
                block = (o + scales.firstRow()) / scales.blockRows();
                end = (int) Math.min(to, (block + 1L) * scales.blockRows() - scales.firstRow());
            }
            if (!held.holds(product, block, x)) {
                if (matrix.scales().isPresent()) {
                    scale(matrix.scales().get(), o, x, copy, inputs);
                } else {
                    Sums.scaled(copy, x, Fp8.HALF_REBIAS, inputs);
                }
                held.hold(product, block, x);
            }
            for (; o < end; o++) {
                OffHeap.set(out + 4L * o, Fp8.dot(weight + o * matrix.stride(), copy, inputs));
            }
        }
    }

    private static void scale(BlockScales scales, int output, long x, long to, int inputs) {
        for (int i = 0; i < inputs; ) {
            int count = StoredRuns.inBlock(scales, i, inputs - i);
            Sums.scaled(to + 4L * i, x + 4L * i, scales.at(output, i) * Fp8.HALF_REBIAS, count);
            i += count;
        }
    }
}
