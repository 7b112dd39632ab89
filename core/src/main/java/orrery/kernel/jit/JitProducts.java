package orrery.kernel.jit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Crew;

/**
 * Products of rows with weights in panels, any number of them in one parallel run. A part of the run is a few panels of
 * one weight with all rows, so that weights are read once: for one tile a long run of memory, since the first lines of
 * each run are waited for, for many tiles as many as stay in the second cache. Parts are small against all of them, so
 * that no thread is left with the last one for long.
 */
final class JitProducts implements Crew.Task {
    /** Of weights that one part reads. A quarter of this costs one row a tenth of its speed. */
    private static final long PART_BYTES = 256 << 10;

    /** Parts that a thread gets of one tile, where there are enough panels. */
    private static final int PARTS_OF_ONE_TILE = 4;

    /** The same for many tiles, which keep a thread busy for longer. */
    private static final int PARTS_OF_MANY_TILES = 8;

    private final Crew crew;
    private final Tiles tiles;
    private final TileMemory rounded;
    private final WorkerMemory scratch;
    private @Nullable JitWeight[] weights = new JitWeight[16];
    private int[] sources = new int[16];
    private long[] outs = new long[16];
    private long[] outStrides = new long[16];
    private int[] rows = new int[16];
    private int[] panelsOfPart = new int[16];
    private int[] starts = new int[17];
    private int count;
    private long scratchBytes;

    JitProducts(Crew crew, Tiles tiles, NativeFunction rounding) {
        this.crew = crew;
        this.tiles = tiles;
        rounded = new TileMemory(crew, tiles, rounding);
        scratch = new WorkerMemory(crew.workers());
    }

    /** Forgets the products of the last run. */
    void begin() {
        Arrays.fill(weights, 0, count, null);
        count = 0;
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
        int panels = weight.products().panels(highest);
        panelsOfPart[count] = panels * rounds(weight, panels, tiles.count(rowCount));
        starts[count + 1] = starts[count] + (weight.panels() + panelsOfPart[count] - 1) / panelsOfPart[count];
        long results = (long) weight.layout().lineBytes() * rowCount;
        scratchBytes = Math.max(scratchBytes, results + weight.scratchBytes(panelsOfPart[count]));
        count++;
    }

    /** How many times as many panels as the code takes at once make a part. */
    private int rounds(JitWeight weight, int panels, int tileCount) {
        long bytes = Math.max(1, panels * weight.panelBytes());
        int all = (weight.panels() + panels - 1) / panels;
        int fair = all / ((tileCount == 1 ? PARTS_OF_ONE_TILE : PARTS_OF_MANY_TILES) * crew.workers());
        return (int) Math.max(1, Math.min(PART_BYTES / bytes, fair));
    }

    private void grow() {
        int size = 2 * count;
        weights = Arrays.copyOf(weights, size);
        sources = Arrays.copyOf(sources, size);
        outs = Arrays.copyOf(outs, size);
        outStrides = Arrays.copyOf(outStrides, size);
        rows = Arrays.copyOf(rows, size);
        panelsOfPart = Arrays.copyOf(panelsOfPart, size);
        starts = Arrays.copyOf(starts, size + 1);
    }

    /** Computes all of them. */
    void run() {
        if (count > 0) {
            rounded.round();
            scratch.ensure(scratchBytes);
            crew.run(this, starts[count]);
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
        int from = (part - starts[product]) * panelsOfPart[product];
        int to = Math.min(weight.panels(), from + panelsOfPart[product]);
        // Results of outputs that the last panel does not have go to the scratch first, before what is packed there.
        long results = scratch.of(worker);
        long panels =
                weight.panels(from, to - from, results + (long) weight.layout().lineBytes() * rows[product]);
        for (int tile = 0; tile < tiles.count(rows[product]); tile++) {
            multiply(product, weight, panels, from, to, tile, results);
        }
    }

    /** One tile with panels {@code from} to {@code to}, the first of which begins at {@code panels}. */
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
