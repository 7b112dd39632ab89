package orrery.kernel.vector;

import orrery.quant.BlockFormat;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Looks up rows of a table by id, one for each row of activations. */
final class Embedding {
    private Embedding() {}

    /** {@code out[r] = table[ids[r]] * scale}. */
    static void look(long out, Matrix table, int[] ids, float scale, int rows) {
        var dtype = table.dtype();
        long from = OffHeap.address(table);
        int columns = table.columns();
        for (int r = 0; r < rows; r++) {
            long to = out + 4L * r * columns;
            switch (table.layout()) {
                case OUT_IN -> row(table, from, ids[r], to, scale);
                case IN_OUT -> column(dtype, from + (long) ids[r] * dtype.bytes(), table.stride(), to, columns, scale);
            }
            scaleBlocks(table, ids[r], to);
        }
    }

    /** {@code x[r] += table[ids[r]]}, through a scratch of one row. */
    static void add(long x, Matrix table, int[] ids, int rows, long scratch) {
        var dtype = table.dtype();
        long from = OffHeap.address(table);
        int columns = table.columns();
        for (int r = 0; r < rows; r++) {
            switch (table.layout()) {
                case OUT_IN -> row(table, from, ids[r], scratch, 1f);
                case IN_OUT ->
                    column(dtype, from + (long) ids[r] * dtype.bytes(), table.stride(), scratch, columns, 1f);
            }
            scaleBlocks(table, ids[r], scratch);
            Sums.row(x + 4L * r * columns, scratch, columns);
        }
    }

    private static void row(Matrix table, long from, int id, long to, float scale) {
        var dtype = table.dtype();
        long at = from + dtype.bytes(id * table.stride());
        if (!dtype.blocked()) {
            Widen.run(dtype, at, to, table.columns(), scale);
            return;
        }
        var format = BlockFormat.of(dtype);
        int size = dtype.blockElements();
        for (int i = 0; i < table.columns(); i++) {
            long block = at + (long) (i / size) * dtype.blockBytes();
            OffHeap.set(to + 4L * i, format.element(OffHeap.ALL, block, i % size) * scale);
        }
    }

    /** Applies one factor at a time: no release has block scales in its embedding. */
    private static void scaleBlocks(Matrix table, int id, long to) {
        if (table.scales().isPresent()) {
            for (int i = 0; i < table.columns(); i++) {
                OffHeap.set(to + 4L * i, OffHeap.get(to + 4L * i) * table.scale(id, i));
            }
        }
    }

    private static void column(DType dtype, long from, long stride, long to, int count, float scale) {
        for (int i = 0; i < count; i++) {
            OffHeap.set(to + 4L * i, Widen.element(dtype, from + i * stride * dtype.bytes()) * scale);
        }
    }
}
