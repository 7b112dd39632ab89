package orrery.kernel.jit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Crew;

/**
 * Products of rows with weights in panels, any number of them in one parallel run. A part of the run is a few panels of
 * one weight with all rows, so that weights are read once: one long contiguous read for one tile, and for many tiles as
 * much as stays in the second-level cache.
 */
final class JitProducts implements Crew.Task {
    /**
     * The most packed weights of a part, in bytes, for one tile: with 256 KiB one row is 2 % slower; with more it is no
     * faster, and a descheduled thread holds up as much.
     */
    private static final long MOST_OF_ONE_TILE = 1 << 20;

    /** The least of the same. */
    private static final long LEAST_OF_ONE_TILE = 64 << 10;

    /**
     * The most packed weights of a part, in bytes, if several tiles read them, or if they are packed for each product.
     */
    private static final long MOST_IN_CACHE = 256 << 10;

    private final Crew crew;
    private final Tiles tiles;
    private final TileMemory rounded;
    private final WorkerMemory scratch;
    private final PanelParts parts = new PanelParts();
    private @Nullable JitWeight[] weights = new JitWeight[16];
    private int[] sources = new int[16];
    private long[] outs = new long[16];
    private long[] outStrides = new long[16];
    private int[] rows = new int[16];
    private int count;
    private double work;
    private long scratchBytes;

    JitProducts(Crew crew, Tiles tiles, NativeFunction rounding) {
        this.crew = crew;
        this.tiles = tiles;
        rounded = new TileMemory(crew, tiles, rounding);
        scratch = new WorkerMemory(crew.workers());
    }

    /** Removes the products of the last run. */
    void begin() {
        Arrays.fill(weights, 0, count, null);
        count = 0;
        work = 0;
        scratchBytes = 0;
        rounded.begin();
    }

    /** Adds {@code out = x weight^T}; strides are bytes from one row to the next. */
    void add(JitWeight weight, long x, long xStride, long out, long outStride, int rowCount) {
        if (rowCount == 0 || weight.outputs() == 0) {
            return;
        }
        if (count == rows.length) {
            grow();
        }
        weights[count] = weight;
        sources[count] = rounded.add(x, xStride, weight.inputs(), rowCount);
        outs[count] = out;
        outStrides[count] = outStride;
        rows[count] = rowCount;
        int highest = tiles.rows(rowCount, 0);
        weight.products().prepare(highest);
        weight.products().prepare(tiles.rows(rowCount, tiles.count(rowCount) - 1));
        work += weight.panels() * workOfPanel(weight, rowCount);
        long results = (long) weight.layout().lineBytes() * rowCount;
        int most = (int)
                Math.min(weight.panels(), Math.max(weight.products().panels(highest), mostPanels(weight, rowCount)));
        scratchBytes = Math.max(scratchBytes, results + weight.scratchBytes(most));
        count++;
    }

    /** Bytes that are multiplied, counted once per tile. */
    private double workOfPanel(JitWeight weight, int rowCount) {
        return (double) weight.panelBytes() * tiles.count(rowCount);
    }

    /** The most panels of a part that memory and caches allow. */
    private long mostPanels(JitWeight weight, int rowCount) {
        boolean once = tiles.count(rowCount) == 1 && weight.packed();
        return (once ? MOST_OF_ONE_TILE : MOST_IN_CACHE) / Math.max(1, weight.panelBytes());
    }

    private void cut() {
        parts.begin(crew.workers(), work);
        for (int i = 0; i < count; i++) {
            var weight = weight(i);
            int multiple = weight.products().panels(tiles.rows(rows[i], 0));
            long least = tiles.count(rows[i]) == 1 ? LEAST_OF_ONE_TILE / Math.max(1, weight.panelBytes()) : 0;
            long most = mostPanels(weight, rows[i]);
            parts.cut(i, weight.panels(), multiple, least, most, Math.max(1, workOfPanel(weight, rows[i])));
        }
    }

    private JitWeight weight(int product) {
        var weight = weights[product];
        if (weight == null) {
            throw new IllegalStateException("there is no product " + product);
        }
        return weight;
    }

    private void grow() {
        int size = 2 * count;
        weights = Arrays.copyOf(weights, size);
        sources = Arrays.copyOf(sources, size);
        outs = Arrays.copyOf(outs, size);
        outStrides = Arrays.copyOf(outStrides, size);
        rows = Arrays.copyOf(rows, size);
    }

    /** Computes all of them. */
    void run() {
        if (count > 0) {
            rounded.round();
            scratch.ensure(scratchBytes);
            cut();
            crew.run(this, parts.count());
        }
    }

    @Override
    public void run(int part, int worker) {
        int product = parts.product(part);
        var weight = weight(product);
        int from = parts.from(part);
        int to = parts.to(part);
        // Results of outputs that the last panel does not have are at the start of the scratch, before packed weights.
        long results = scratch.of(worker);
        long panels =
                weight.panels(from, to - from, results + (long) weight.layout().lineBytes() * rows[product]);
        for (int tile = 0; tile < tiles.count(rows[product]); tile++) {
            multiply(product, weight, panels, from, to, tile, results);
        }
    }

    /** One tile with panels {@code from} to {@code to}, the first of which starts at {@code panels}. */
    private void multiply(int product, JitWeight weight, long panels, int from, int to, int tile, long results) {
        int firstRow = tiles.first(rows[product], tile);
        int height = tiles.rows(rows[product], tile);
        long x = rounded.tile(sources[product], firstRow);
        long out = outs[product] + firstRow * outStrides[product];
        var code = weight.products();
        long panelBytes = weight.panelBytes();
        int line = weight.layout().lineBytes();
        int whole = Math.min(to, weight.outputs() / weight.layout().lanes());
        int at = from;
        int width = code.panels(height);
        int rounds = (whole - at) / width;
        if (rounds > 0) {
            code.wide(height).call(panels, panelBytes, x, out + (long) at * line, outStrides[product], rounds);
            at += rounds * width;
        }
        if (at < whole) {
            long rest = panels + (at - from) * panelBytes;
            code.narrow(height).call(rest, panelBytes, x, out + (long) at * line, outStrides[product], whole - at);
        }
        if (whole < to) {
            code.narrow(height).call(panels + (whole - from) * panelBytes, panelBytes, x, results, line, 1);
            long bytes = (long) Float.BYTES * weight.outputs() - (long) whole * line;
            for (int row = 0; row < height; row++) {
                RawMemory.copy(
                        results + (long) row * line, out + row * outStrides[product] + (long) whole * line, bytes);
            }
        }
    }

    void close() {
        rounded.close();
        scratch.close();
    }
}
