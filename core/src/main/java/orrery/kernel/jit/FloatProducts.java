package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.kernel.Crew;

/**
 * Products of rows with float weights, any number of them in one parallel run. A part of the run is some outputs of one
 * weight with all rows. Weights are multiplied in their stored form ({@link FloatDotWriter}) or converted to panels of
 * floats for the part ({@link PlaneTileWriter}), whichever is faster: the results are the same.
 */
final class FloatProducts implements Crew.Task {
    /** Up to this number of rows, making panels does not pay off, with 32 vector registers and with 16. */
    private static final int FEW_ROWS = 48;

    private static final int FEW_ROWS_OF_16_REGISTERS = 16;

    /** The same if outputs are contiguous. */
    private static final int FEW_ROWS_IN_ORDER = 24;

    /** Sums per part in that case: for long contiguous reads, and half of the first-level cache. */
    private static final int SUMS_IN_ORDER = 4096;

    /** The last AMD family that multiplies 16 floats per cycle and can widen others at the same time. */
    private static final int ZEN_4 = 25;

    /** Bytes of weights that one part reads, for few rows. */
    private static final long PART_BYTES = 128 << 10;

    /** Parts per thread, if there are enough outputs. */
    private static final int PARTS_OF_A_WORKER = 8;

    /** A multiple of the lanes of all tiers: parts start with whole vectors. */
    private static final int LINE = 16;

    /** Panels that are made together if outputs are contiguous, for longer reads. */
    private static final int PANELS_IN_ORDER = 4;

    private static final Tiles FEW = new Tiles(FloatDotWriter.MOST_ROWS);

    private final Crew crew;
    private final Tier tier;
    private final Processor processor;
    private final FloatCode written;
    private final Tiles many;
    private final Tiles spread;
    private final PlaneMemory turned;
    private final BrainMemory rounded;
    private final WorkerMemory scratch;
    private final List<Product> products = new ArrayList<>();
    private int[] starts = new int[17];
    private int count;
    private boolean turns;
    private boolean rounds;
    private long scratchBytes;

    /** One product; reused by the next run. */
    private static final class Product {
        @Nullable
        FloatWeight weight;

        long x;
        long xStride;
        long out;
        long outStride;
        int rows;
        boolean few;
        int outputsOfPart;
        int source;
        /** The code for the first tiles, and for those with one row fewer, if there are any. */
        @Nullable
        NativeFunction higher;

        @Nullable
        NativeFunction lower;

        NativeFunction code(boolean high) {
            var function = high ? higher : lower;
            if (function == null) {
                throw new IllegalStateException("the code for a tile was never prepared");
            }
            return function;
        }
    }

    /** @param bf16 whether activations are rounded to BF16 for BF16 weights */
    FloatProducts(Crew crew, Tier tier, Processor processor, CodeStore store, boolean bf16) {
        if (bf16) {
            tier.missingForBf16(processor).ifPresent(why -> {
                throw new IllegalArgumentException("activations cannot be rounded to BF16: " + why);
            });
        }
        this.crew = crew;
        this.tier = tier;
        this.processor = processor;
        written = new FloatCode(tier, store, bf16);
        many = new Tiles(PlaneTileWriter.mostRows(tier));
        spread = new Tiles(FloatSpreadWriter.mostRows(tier));
        turned = new PlaneMemory(crew, written, many);
        rounded = new BrainMemory(crew, written);
        scratch = new WorkerMemory(crew.workers());
    }

    FloatCode code() {
        return written;
    }

    /** Removes the products of the last run. */
    void begin() {
        for (int i = 0; i < count; i++) {
            products.get(i).weight = null;
        }
        count = 0;
        turns = false;
        rounds = false;
        scratchBytes = 0;
        turned.begin();
        rounded.begin();
    }

    /** Adds {@code out = x weight^T}; strides are bytes from one row to the next. */
    void add(FloatWeight weight, long x, long xStride, long out, long outStride, int rows) {
        if (rows == 0 || weight.outputs() == 0) {
            return;
        }
        if (count == products.size()) {
            products.add(new Product());
        }
        if (count + 1 == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count + 1);
        }
        var product = products.get(count);
        product.weight = weight;
        product.x = x;
        product.xStride = xStride;
        product.out = out;
        product.outStride = outStride;
        product.rows = rows;
        product.few = weight.inputs() == 0 || weight.isRounded() || rows <= fewRows(weight);
        if (product.few) {
            aimFew(product, weight);
        } else {
            aimMany(product, weight);
        }
        starts[count + 1] = starts[count] + (weight.outputs() + product.outputsOfPart - 1) / product.outputsOfPart;
        count++;
    }

    /** Measured on Zen 4 only. */
    private int fewRows(FloatWeight weight) {
        if (!weight.isStoredInRows()) {
            return FEW_ROWS_IN_ORDER;
        }
        if (tier.encoding() == VectorEncoding.VEX) {
            return FEW_ROWS_OF_16_REGISTERS;
        }
        // Halves are widened in parallel with the multiplications, and need half the bandwidth of a panel of floats.
        return weight.isOfHalves() && processor.isAmd() && processor.family() <= ZEN_4 ? Integer.MAX_VALUE : FEW_ROWS;
    }

    private void aimFew(Product product, FloatWeight weight) {
        scratchBytes = Math.max(scratchBytes, weight.fewBytes());
        if (!weight.isStoredInRows()) {
            int fair = (weight.outputs() + crew.workers() - 1) / crew.workers();
            int most = SUMS_IN_ORDER / spread.rows(product.rows, 0) / LINE * LINE;
            product.outputsOfPart = Math.clamp((fair + LINE - 1) / LINE * LINE, LINE, most);
            return;
        }
        if (weight.isRounded()) {
            product.source = rounded.add(product.x, product.xStride, weight.inputs(), product.rows);
            rounds = true;
        }
        weight.prepareDot(FEW.rows(product.rows, 0));
        weight.prepareDot(FEW.rows(product.rows, FEW.count(product.rows) - 1));
        long fair = weight.outputs() / (PARTS_OF_A_WORKER * crew.workers());
        long wanted = Math.min(fair, PART_BYTES / Math.max(1, weight.runBytes()));
        int side = weight.sideBySide(FEW.rows(product.rows, 0));
        product.outputsOfPart = (int) Math.max(side, wanted / side * side);
    }

    private void aimMany(Product product, FloatWeight weight) {
        int panels = weight.isStoredInRows() ? 1 : PANELS_IN_ORDER;
        product.outputsOfPart = panels * PlaneTileWriter.outputs(tier);
        product.source =
                turned.add(product.x, product.xStride, weight.inputs(), product.rows, !weight.isStoredInRows());
        turns = true;
        product.higher = weight.tile(many.rows(product.rows, 0));
        product.lower = weight.tile(many.rows(product.rows, many.count(product.rows) - 1));
        long bytes = resultBytes() + panels * weight.panelBytes() + weight.panelScratchBytes();
        scratchBytes = Math.max(scratchBytes, bytes);
    }

    /** The carries of a tile, and results of outputs that the last panel does not have. */
    private long resultBytes() {
        return PlaneTileWriter.sumBytes(tier) + (long) many.highest() * PlaneTileWriter.outputs(tier) * Float.BYTES;
    }

    /** Computes all of them. */
    void run() {
        if (count == 0) {
            return;
        }
        if (turns) {
            turned.turn();
        }
        if (rounds) {
            rounded.round();
        }
        scratch.ensure(scratchBytes);
        crew.run(this, starts[count]);
    }

    @Override
    public void run(int part, int worker) {
        int found = Arrays.binarySearch(starts, 0, count + 1, part);
        int number = found >= 0 ? found : -found - 2;
        var product = products.get(number);
        var weight = product.weight;
        if (weight == null) {
            throw new IllegalStateException("part " + part + " belongs to no product");
        }
        int from = (part - starts[number]) * product.outputsOfPart;
        int to = Math.min(weight.outputs(), from + product.outputsOfPart);
        if (product.few) {
            few(product, weight, from, to, scratch.of(worker));
        } else {
            many(product, weight, from, to, scratch.of(worker));
        }
    }

    private void few(Product product, FloatWeight weight, int from, int to, long scratch) {
        var tiles = weight.isStoredInRows() ? FEW : spread;
        long given = weight.isRounded() ? rounded.rows(product.source) : product.x;
        long xStride = weight.isRounded() ? rounded.rowBytes(weight.inputs()) : product.xStride;
        for (int tile = 0; tile < tiles.count(product.rows); tile++) {
            int first = tiles.first(product.rows, tile);
            int rows = tiles.rows(product.rows, tile);
            long x = given + first * xStride;
            long out = product.out + first * product.outStride;
            if (weight.isStoredInRows()) {
                weight.dot(from, to, x, xStride, out, product.outStride, rows, scratch);
            } else {
                weight.spread(from, to, x, xStride, out, product.outStride, rows, scratch);
            }
        }
    }

    private void many(Product product, FloatWeight weight, int from, int to, long scratch) {
        long results = scratch + PlaneTileWriter.sumBytes(tier);
        long panels = scratch + resultBytes();
        int outputs = PlaneTileWriter.outputs(tier);
        weight.panels(from, to, panels, panels + (product.outputsOfPart / outputs) * weight.panelBytes());
        for (int tile = 0; tile < many.count(product.rows); tile++) {
            int first = many.first(product.rows, tile);
            int height = many.rows(product.rows, tile);
            var code = product.code(height == many.rows(product.rows, 0));
            long x = turned.tile(product.source, tile);
            for (int at = from; at < to; at += outputs) {
                long panel = panels + (at - from) / outputs * weight.panelBytes();
                long out = product.out + first * product.outStride + (long) Float.BYTES * at;
                boolean whole = at + outputs <= weight.outputs();
                long outStride = whole ? product.outStride : (long) Float.BYTES * outputs;
                code.call(panel, x, whole ? out : results, outStride, weight.depth(), weight.planes(), scratch, 0);
                for (int row = 0; row < height && !whole; row++) {
                    long bytes = (long) Float.BYTES * (weight.outputs() - at);
                    RawMemory.copy(results + row * outStride, out + row * product.outStride, bytes);
                }
            }
        }
    }

    void close() {
        turned.close();
        rounded.close();
        scratch.close();
    }
}
