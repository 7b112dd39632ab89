package orrery.kernel.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orrery.tensor.Matrix;

/** Products with weights in blocks, any number of them in one parallel run and any number of rows each. Every row is multiplied alone, so that its bits do not depend on the others. What is not woven yet is woven on the way, group by group. */
final class WovenProduct implements WorkerPool.Task {
    private static final long PART_BYTES = 128 << 10;

    private final WorkerPool pool;
    private final Scratch scratch;
    private final EightBitActivations activations;
    private final Weaver[] weavers;
    private final PlaneSums[] planes;
    private final float[][] sums;
    private @Nullable Matrix[] matrices = new @Nullable Matrix[16];
    private long[] sources = new long[16];
    private long[] xStrides = new long[16];
    private int[] firsts = new int[16];
    private long[] outs = new long[16];
    private long[] outStrides = new long[16];
    private int[] rows = new int[16];
    private int[] groupsPerPart = new int[16];
    private int[] starts = new int[17];
    private int count;
    private long longest;

    WovenProduct(WorkerPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
        activations = new EightBitActivations(pool);
        weavers = new Weaver[pool.workers()];
        Arrays.setAll(weavers, _ -> new Weaver());
        planes = new PlaneSums[pool.workers()];
        Arrays.setAll(planes, _ -> new PlaneSums());
        sums = new float[pool.workers()][];
        Arrays.setAll(sums, _ -> Apart.floats(Woven.ROWS));
    }

    /** Forgets the products of the last run. */
    void begin() {
        Arrays.fill(matrices, 0, count, null);
        count = 0;
        longest = 0;
        activations.clear();
    }

    /** Adds {@code out = x weight^T}; strides are bytes from one row to the next. */
    void add(Matrix matrix, long x, long xStride, long out, long outStride, int rowCount) {
        if (matrix.layout() == Matrix.Layout.IN_OUT) {
            throw new IllegalArgumentException("weights in blocks cannot be multiplied the other way round");
        }
        if (count == firsts.length) {
            grow();
        }
        matrices[count] = matrix;
        sources[count] = x;
        xStrides[count] = xStride;
        firsts[count] = again(matrix, x, xStride, rowCount)
                ? firsts[count - 1]
                : activations.add(x, xStride, matrix.columns(), rowCount);
        outs[count] = out;
        outStrides[count] = outStride;
        rows[count] = rowCount;
        int groups = Woven.groups(matrix.rows());
        long bytes = Math.max(1, Woven.groupBytes(matrix.dtype(), matrix.columns()));
        int fair = (groups + pool.workers() - 1) / pool.workers();
        int each = (int) Math.max(1, Math.min(PART_BYTES / bytes, fair));
        groupsPerPart[count] = each;
        starts[count + 1] = starts[count] + (groups + each - 1) / each;
        if (matrix.layout() == Matrix.Layout.OUT_IN) {
            longest = Math.max(longest, bytes);
        }
        count++;
    }

    /** Whether the product before this one rounded the same rows. */
    private boolean again(Matrix matrix, long x, long xStride, int rowCount) {
        var before = count == 0 ? null : matrices[count - 1];
        return before != null
                && before.columns() == matrix.columns()
                && sources[count - 1] == x
                && xStrides[count - 1] == xStride
                && rows[count - 1] == rowCount;
    }

    private void grow() {
        int size = 2 * count;
        matrices = Arrays.copyOf(matrices, size);
        sources = Arrays.copyOf(sources, size);
        xStrides = Arrays.copyOf(xStrides, size);
        firsts = Arrays.copyOf(firsts, size);
        outs = Arrays.copyOf(outs, size);
        outStrides = Arrays.copyOf(outStrides, size);
        rows = Arrays.copyOf(rows, size);
        groupsPerPart = Arrays.copyOf(groupsPerPart, size);
        starts = Arrays.copyOf(starts, size + 1);
    }

    /** Computes all of them. */
    void run() {
        if (count > 0) {
            scratch.ensure(longest);
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
        int from = (part - starts[product]) * groupsPerPart[product];
        int to = Math.min(Woven.groups(matrix.rows()), from + groupsPerPart[product]);
        for (int group = from; group < to; group++) {
            group(product, matrix, group, worker);
        }
    }

    private void group(int product, Matrix matrix, int group, int worker) {
        var dtype = matrix.dtype();
        long weights = Memory.address(matrix);
        if (matrix.layout() == Matrix.Layout.WOVEN) {
            weights += group * Woven.groupBytes(dtype, matrix.columns());
        } else {
            weavers[worker].weave(matrix, weights, group, scratch.of(worker));
            weights = scratch.of(worker);
        }
        int blocks = matrix.columns() / dtype.blockElements();
        int output = group * Woven.ROWS;
        int outputs = Math.min(Woven.ROWS, matrix.rows() - output);
        var sum = sums[worker];
        for (int r = 0; r < rows[product]; r++) {
            Woven.sums(
                    dtype, weights, activations, firsts[product] + r * matrix.columns(), blocks, planes[worker], sum);
            long to = outs[product] + r * outStrides[product] + 4L * output;
            for (int o = 0; o < outputs; o++) {
                Memory.set(to + 4L * o, sum[o]);
            }
        }
    }
}
