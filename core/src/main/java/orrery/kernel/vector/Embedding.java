package orrery.kernel.vector;

import orrery.tensor.DType;
import orrery.tensor.Matrix;

/** Rows of a table, looked up by id, to a row of activations each. */
final class Embedding {
    private Embedding() {}

    /** {@code out[r] = table[ids[r]] * scale}. */
    static void look(long out, Matrix table, int[] ids, float scale, int rows) {
        var dtype = table.dtype();
        long from = Memory.address(table);
        int columns = table.columns();
        for (int r = 0; r < rows; r++) {
            long to = out + 4L * r * columns;
            switch (table.layout()) {
                case OUT_IN -> Widen.run(dtype, from + ids[r] * table.stride() * dtype.bytes(), to, columns, scale);
                case WOVEN -> throw new IllegalStateException("woven weights have a product of their own");
                case IN_OUT -> column(dtype, from + (long) ids[r] * dtype.bytes(), table.stride(), to, columns, scale);
            }
            scaleBlocks(table, ids[r], to);
        }
    }

    /** {@code x[r] += table[ids[r]]}, through a scratch of one row. */
    static void add(long x, Matrix table, int[] ids, int rows, long scratch) {
        var dtype = table.dtype();
        long from = Memory.address(table);
        int columns = table.columns();
        for (int r = 0; r < rows; r++) {
            switch (table.layout()) {
                case OUT_IN -> Widen.run(dtype, from + ids[r] * table.stride() * dtype.bytes(), scratch, columns, 1f);
                case WOVEN -> throw new IllegalStateException("woven weights have a product of their own");
                case IN_OUT ->
                    column(dtype, from + (long) ids[r] * dtype.bytes(), table.stride(), scratch, columns, 1f);
            }
            scaleBlocks(table, ids[r], scratch);
            Sums.row(x + 4L * r * columns, scratch, columns);
        }
    }

    /** One factor at a time: no release scales its embedding by blocks. */
    private static void scaleBlocks(Matrix table, int id, long to) {
        if (table.scales().isPresent()) {
            for (int i = 0; i < table.columns(); i++) {
                Memory.set(to + 4L * i, Memory.get(to + 4L * i) * table.scale(id, i));
            }
        }
    }

    private static void column(DType dtype, long from, long stride, long to, int count, float scale) {
        for (int i = 0; i < count; i++) {
            Memory.set(to + 4L * i, Widen.element(dtype, from + i * stride * dtype.bytes()) * scale);
        }
    }
}
