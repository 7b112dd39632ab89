package orrery.kernel.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Products with weights in blocks, any number of them in one parallel run and any number of rows each. Every row is
 * multiplied alone, so that its bits do not depend on the others. What is not packed yet is packed on the way, group by
 * group.
 */
final class PackedGemm implements WorkerPool.Task {
    private static final long PART_BYTES = 128 << 10;

    private final WorkerPool pool;
    private final WorkerScratch scratch;
    private final Q8Activations activations;
    private final Packer[] packers;
    private final LutSums[] planes;
    private final float[][] sums;
    private @Nullable BlockWeight[] weights = new @Nullable BlockWeight[16];
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

    PackedGemm(WorkerPool pool, WorkerScratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
        activations = new Q8Activations(pool);
        packers = new Packer[pool.workers()];
        Arrays.setAll(packers, _ -> new Packer());
        planes = new LutSums[pool.workers()];
        Arrays.setAll(planes, _ -> new LutSums());
        sums = new float[pool.workers()][];
        Arrays.setAll(sums, _ -> Apart.floats(PackedLayout.ROWS));
    }

    /** Forgets the products of the last run. */
    void begin() {
        Arrays.fill(weights, 0, count, null);
        count = 0;
        longest = 0;
        activations.clear();
    }

    /** Adds {@code out = x weight^T}; strides are bytes from one row to the next. */
    void add(BlockWeight weight, long x, long xStride, long out, long outStride, int rowCount) {
        if (count == firsts.length) {
            grow();
        }
        weights[count] = weight;
        sources[count] = x;
        xStrides[count] = xStride;
        firsts[count] = again(weight, x, xStride, rowCount)
                ? firsts[count - 1]
                : activations.add(x, xStride, weight.inputs(), rowCount);
        outs[count] = out;
        outStrides[count] = outStride;
        rows[count] = rowCount;
        int groups = PackedLayout.groups(weight.outputs());
        long bytes = Math.max(1, PackedLayout.groupBytes(weight.dtype(), weight.inputs()));
        int fair = (groups + pool.workers() - 1) / pool.workers();
        int each = (int) Math.max(1, Math.min(PART_BYTES / bytes, fair));
        groupsPerPart[count] = each;
        starts[count + 1] = starts[count] + (groups + each - 1) / each;
        if (!weight.packed()) {
            longest = Math.max(longest, bytes);
        }
        count++;
    }

    /** Whether the product before this one rounded the same rows. */
    private boolean again(BlockWeight weight, long x, long xStride, int rowCount) {
        var before = count == 0 ? null : weights[count - 1];
        return before != null
                && before.inputs() == weight.inputs()
                && sources[count - 1] == x
                && xStrides[count - 1] == xStride
                && rows[count - 1] == rowCount;
    }

    private void grow() {
        int size = 2 * count;
        weights = Arrays.copyOf(weights, size);
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
        var weight = weights[product];
        if (weight == null) {
            throw new IllegalStateException("part " + part + " belongs to no product");
        }
        int from = (part - starts[product]) * groupsPerPart[product];
        int to = Math.min(PackedLayout.groups(weight.outputs()), from + groupsPerPart[product]);
        for (int group = from; group < to; group++) {
            group(product, weight, group, worker);
        }
    }

    private void group(int product, BlockWeight weight, int group, int worker) {
        var dtype = weight.dtype();
        long groupOfWeights = weight.group(group, packers[worker], scratch.of(worker));
        int blocks = weight.inputs() / dtype.blockElements();
        int output = group * PackedLayout.ROWS;
        int outputs = Math.min(PackedLayout.ROWS, weight.outputs() - output);
        var sum = sums[worker];
        for (int r = 0; r < rows[product]; r++) {
            PackedLayout.sums(
                    dtype,
                    groupOfWeights,
                    activations,
                    firsts[product] + r * weight.inputs(),
                    blocks,
                    planes[worker],
                    sum);
            long to = outs[product] + r * outStrides[product] + 4L * output;
            for (int o = 0; o < outputs; o++) {
                OffHeap.set(to + 4L * o, sum[o]);
            }
        }
    }
}
