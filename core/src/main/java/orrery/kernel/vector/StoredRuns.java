package orrery.kernel.vector;

import orrery.quant.BlockFormat;
import orrery.tensor.BlockScales;
import orrery.tensor.Matrix;

/** Widens a matrix's contiguous runs to floats, and applies the factors of its blocks. */
final class StoredRuns {
    private StoredRuns() {}

    /**
     * {@code to[i] =} element {@code start + i} of a run: of an output's inputs, or of an input's outputs, whichever
     * are contiguous. If elements are stored in blocks, {@code start} and {@code count} are whole blocks, and the call
     * needs {@link Blocks#scratch}.
     */
    static void widen(Matrix matrix, long address, int run, int start, int count, long to, long scratch) {
        var dtype = matrix.dtype();
        if (dtype.blocked()) {
            long from = address + dtype.bytes(run * matrix.stride() + start);
            Blocks.widen(BlockFormat.of(dtype), from, to, count, scratch);
            matrix.scales().ifPresent(scales -> scale(scales, run, start, count, to));
            return;
        }
        long from = address + (run * matrix.stride() + start) * dtype.bytes();
        if (matrix.scales().isEmpty()) {
            Widen.run(dtype, from, to, count, 1f);
            return;
        }
        var scales = matrix.scales().get();
        for (int i = 0; i < count; ) {
            int taken = inBlock(scales, start + i, count - i);
            Widen.run(dtype, from + (long) i * dtype.bytes(), to + 4L * i, taken, scales.at(run, start + i));
            i += taken;
        }
    }

    private static void scale(BlockScales scales, int run, int start, int count, long to) {
        for (int i = 0; i < count; ) {
            int taken = inBlock(scales, start + i, count - i);
            Sums.scale(to + 4L * i, scales.at(run, start + i), taken);
            i += taken;
        }
    }

    /** How many of {@code count} elements of a run from {@code start} on share one factor. */
    static int inBlock(BlockScales scales, int start, int count) {
        return Math.min(count, scales.blockColumns() - (start + scales.firstColumn()) % scales.blockColumns());
    }
}
