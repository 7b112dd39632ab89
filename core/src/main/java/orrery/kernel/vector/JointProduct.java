package orrery.kernel.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orrery.tensor.DType;
import orrery.tensor.Matrix;

/**
 * Several products in one parallel run: every head of latent attention, every chosen expert; or one product with weights that are scaled block by block. Few rows stream the weights,
 * many go panel by panel.
 */
final class JointProduct implements WorkerPool.Task {
    private static final long PART_BYTES = 128 << 10;
    /** Outputs of a part where they lie beside one another: long runs of memory. */
    private static final int WIDE = 1024;

    private final WorkerPool pool;
    private final StreamProduct[] streams;
    private final EightBitRows eights;
    private final AnyPanel panels;
    private final WovenProduct woven;
    private @Nullable Matrix[] matrices = new @Nullable Matrix[16];
    private long[] xs = new long[16];
    private long[] outs = new long[16];
    private long[] xStrides = new long[16];
    private long[] outStrides = new long[16];
    private int[] rows = new int[16];
    private int[] widths = new int[16];
    private int[] starts = new int[17];
    private int count;
    private int longest;

    JointProduct(WorkerPool pool, Scratch scratch, Scratch other) {
        this.pool = pool;
        streams = new StreamProduct[pool.workers()];
        Arrays.setAll(streams, _ -> new StreamProduct(pool));
        eights = new EightBitRows(other, pool.workers());
        panels = new AnyPanel(scratch, pool.workers());
        woven = new WovenProduct(pool, scratch);
    }

    /** Forgets the products of the last run. */
    void begin() {
        Arrays.fill(matrices, 0, count, null);
        count = 0;
        longest = 0;
        woven.begin();
    }

    /** Adds {@code out = x weight^T}; strides are bytes from one row to the next. */
    void add(Matrix matrix, long x, long xStride, long out, long outStride, int rowCount) {
        if (rowCount == 0 || matrix.rows() == 0) {
            return;
        }
        if (matrix.dtype().blocked()) {
            woven.add(matrix, x, xStride, out, outStride, rowCount);
            return;
        }
        if (count == xs.length) {
            grow();
        }
        matrices[count] = matrix;
        xs[count] = x;
        xStrides[count] = xStride;
        outs[count] = out;
        outStrides[count] = outStride;
        rows[count] = rowCount;
        int width = width(matrix, rowCount);
        widths[count] = width;
        starts[count + 1] = starts[count] + (matrix.rows() + width - 1) / width;
        longest = Math.max(longest, matrix.columns());
        count++;
    }

    private void grow() {
        int size = 2 * count;
        matrices = Arrays.copyOf(matrices, size);
        xs = Arrays.copyOf(xs, size);
        xStrides = Arrays.copyOf(xStrides, size);
        outs = Arrays.copyOf(outs, size);
        outStrides = Arrays.copyOf(outStrides, size);
        rows = Arrays.copyOf(rows, size);
        widths = Arrays.copyOf(widths, size);
        starts = Arrays.copyOf(starts, size + 1);
    }

    private static boolean slim(Matrix matrix, int rowCount) {
        if (matrix.scales().isPresent() && matrix.dtype() != DType.F8_E4M3) {
            return false;
        }
        return rowCount <= StreamProduct.MOST_ROWS
                || (matrix.layout() == Matrix.Layout.OUT_IN && matrix.columns() <= StreamProduct.SHORT_SUM);
    }

    private int width(Matrix matrix, int rowCount) {
        if (!slim(matrix, rowCount)) {
            return Lanes.PANEL;
        }
        if (matrix.layout() == Matrix.Layout.IN_OUT) {
            return WIDE;
        }
        long bytes = Math.max(1, (long) matrix.columns() * matrix.dtype().bytes());
        return (int) Math.max(1, Math.min(PART_BYTES / bytes, (matrix.rows() + pool.workers() - 1) / pool.workers()));
    }

    /** Computes all of them. */
    void run() {
        woven.run();
        if (count > 0) {
            eights.begin(longest);
            panels.begin();
            pool.run(this, starts[count]);
        }
    }

    @Override
    public void run(int part, int worker) {
        int found = Arrays.binarySearch(starts, 0, count + 1, part);
        int product = found >= 0 ? found : -found - 2;
        var matrix = matrices[product];
        if (matrix == null) {
            throw new IllegalStateException("part " + part + " belongs to no product");
        }
        int from = (part - starts[product]) * widths[product];
        int to = Math.min(matrix.rows(), from + widths[product]);
        long weight = Memory.address(matrix);
        if (slim(matrix, rows[product])) {
            slim(matrix, weight, product, from, to, worker);
        } else {
            panels.multiply(
                    matrix,
                    weight,
                    xs[product],
                    xStrides[product],
                    outs[product],
                    outStrides[product],
                    rows[product],
                    from,
                    to - from,
                    worker);
        }
    }

    private void slim(Matrix matrix, long weight, int product, int from, int to, int worker) {
        boolean dense = xStrides[product] == 4L * matrix.columns() && outStrides[product] == 4L * matrix.rows();
        int atOnce = dense && matrix.layout() == Matrix.Layout.OUT_IN && matrix.dtype() != DType.F8_E4M3
                ? StreamProduct.MOST_ROWS
                : 1;
        for (int r = 0; r < rows[product]; r += atOnce) {
            long x = xs[product] + r * xStrides[product];
            long out = outs[product] + r * outStrides[product];
            if (matrix.layout() == Matrix.Layout.IN_OUT) {
                ColumnSums.multiply(matrix, weight, x, out, from, to);
            } else if (matrix.dtype() == DType.F8_E4M3) {
                eights.multiply(product, matrix, weight, x, out, from, to, worker);
            } else {
                var stream = streams[worker];
                stream.aim(out, x, matrix, Math.min(atOnce, rows[product] - r));
                stream.range(from, to);
            }
        }
    }
}
