package orrery.kernel.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Crew;

/**
 * Several products in one parallel run: every head of latent attention, or every chosen expert; or a single product.
 */
final class BatchedGemm implements Crew.Task {
    private final Crew pool;
    private final Fp8Gemv eights;
    private final AnyPanel panels;
    private @Nullable VectorWeight[] weights = new @Nullable VectorWeight[16];
    private long[] xs = new long[16];
    private long[] outs = new long[16];
    private long[] xStrides = new long[16];
    private long[] outStrides = new long[16];
    private int[] rows = new int[16];
    private int[] widths = new int[16];
    private int[] starts = new int[17];
    private int count;
    private int longest;

    BatchedGemm(Crew pool, Fp8Gemv eights, AnyPanel panels) {
        this.pool = pool;
        this.eights = eights;
        this.panels = panels;
    }

    /** One product of contiguous rows. */
    void alone(VectorWeight weight, long out, long x, int rowCount) {
        begin();
        add(weight, x, 4L * weight.inputs(), out, 4L * weight.outputs(), rowCount);
        run();
    }

    /** Removes the products of the last run. */
    void begin() {
        Arrays.fill(weights, 0, count, null);
        count = 0;
        longest = 0;
    }

    /** Adds {@code out = x weight^T}; strides are bytes from one row to the next. */
    void add(VectorWeight weight, long x, long xStride, long out, long outStride, int rowCount) {
        if (rowCount == 0 || weight.outputs() == 0) {
            return;
        }
        if (count == xs.length) {
            grow();
        }
        weights[count] = weight;
        xs[count] = x;
        xStrides[count] = xStride;
        outs[count] = out;
        outStrides[count] = outStride;
        rows[count] = rowCount;
        int width = weight.width(rowCount);
        widths[count] = width;
        starts[count + 1] = starts[count] + (weight.outputs() + width - 1) / width;
        longest = Math.max(longest, weight.inputs());
        count++;
    }

    private void grow() {
        int size = 2 * count;
        weights = Arrays.copyOf(weights, size);
        xs = Arrays.copyOf(xs, size);
        xStrides = Arrays.copyOf(xStrides, size);
        outs = Arrays.copyOf(outs, size);
        outStrides = Arrays.copyOf(outStrides, size);
        rows = Arrays.copyOf(rows, size);
        widths = Arrays.copyOf(widths, size);
        starts = Arrays.copyOf(starts, size + 1);
    }

    /** Computes all of them. */
    void run() {
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
        var weight = weights[product];
        if (weight == null) {
            throw new IllegalStateException("part " + part + " belongs to no product");
        }
        int from = (part - starts[product]) * widths[product];
        int to = Math.min(weight.outputs(), from + widths[product]);
        weight.part(
                product,
                xs[product],
                xStrides[product],
                outs[product],
                outStrides[product],
                rows[product],
                from,
                to,
                worker);
    }
}
