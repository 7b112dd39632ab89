package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.util.Arrays;
import orrery.kernel.Attention;
import orrery.kernel.KvCache;
import orrery.kernel.KvType;
import orrery.kernel.Step;
import orrery.spec.Reach;
import orrery.tensor.Tensor;

/**
 * Softmax attention over pages with an online softmax (arXiv:1805.02867, arXiv:2205.14135), for a block of queries at a time: all query heads of a key-value head, for as many
 * consecutive rows of one sequence as make up to {@value #QUERIES}. Positions are taken by spans of {@value #POSITIONS}: scores of all their panels, softmax, then what their
 * values add. The score matrix never exists.
 *
 * <p>Keys lie in columns ({@link orrery.kernel.KvLayout}), so both products are those of a {@link Tile}, for one row of queries and for many. Spans begin at multiples of their length,
 * whatever row asks: a query's sums are made in one order however the prompt was cut, which a small model's logits would show.
 *
 * <p>A part is one block of rows and one key-value head. Where that gives few parts for each thread, the past is split too, and what each
 * split found is merged afterwards.
 */
final class PagedAttention implements WorkerPool.Task {
    private static final int POSITIONS = 256;
    /** Of latent attention, whose keys are long and fill the second-level cache. */
    private static final int LATENT_POSITIONS = 64;

    private static final int QUERIES = 96;
    private static final int WORTH_SPLITTING = 512;

    private final WorkerPool pool;
    private final Scratch scratch;
    private final Scratch partial;
    private final long[][] keyRows;
    private final long[][] valuePanels;
    private final Slots slots = new Slots();
    private final AttentionBuffers at = new AttentionBuffers();
    private final RowBlocks blocks = new RowBlocks();

    private Step step = new Step(0);
    private Reach reach = Reach.FULL;
    private long out;
    private long query;
    private int queryHeads;
    private int keyHeads;
    private int group;
    private int size;
    private int valueSize;
    private float scale;
    private float softcap;
    private int panel;
    private int span;
    /** Whether keys can be multiplied where they lie; else they are made columns of floats first. */
    private boolean keysInPlace;
    /** Whether values can be; else they are made rows of floats. */
    private boolean valuesInPlace;
    /** Whether panels are multiplied as they are kept: a few queries read them once. */
    private boolean asKept;
    /** Bytes from one position's value to the next one's, wherever it is multiplied. */
    private long valueStride;

    private int splits;
    /** Queries of the largest block. */
    private int largest;

    PagedAttention(WorkerPool pool, Scratch scratch, Arena arena) {
        this.pool = pool;
        this.scratch = scratch;
        partial = new Scratch(arena, 1);
        keyRows = new long[pool.workers()][];
        Arrays.setAll(keyRows, _ -> Apart.longs(AttentionBuffers.whole(LATENT_POSITIONS)));
        valuePanels = new long[pool.workers()][];
        Arrays.setAll(valuePanels, _ -> Apart.longs(POSITIONS));
    }

    /** Writes every row's key and value to its slots. */
    void remember(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step rows) {
        slots.of(cache, layer, attention);
        int heads = attention.heads().keyValue();
        long keyAt = Memory.address(key);
        long keyStride = 4L * heads * attention.heads().size();
        // Not read where values have no room of their own; then it need not even be there.
        long valueAt = slots.separate() ? Memory.address(value) : 0;
        long valueRow = 4L * heads * attention.valueSize();
        for (int r = 0; r < rows.rows(); r++) {
            slots.write(
                    slots.table(rows, r), rows.positions()[r], heads, keyAt + r * keyStride, valueAt + r * valueRow);
        }
    }

    void attend(long result, long queries, KvCache cache, int layer, Attention attention, Step rows) {
        slots.of(cache, layer, attention);
        step = rows;
        reach = attention.reach();
        out = result;
        query = queries;
        queryHeads = attention.heads().query();
        keyHeads = attention.heads().keyValue();
        group = attention.heads().group();
        size = attention.heads().size();
        valueSize = attention.valueSize();
        scale = attention.scale();
        softcap = attention.softcap();
        largest = blocks.divide(step, Math.max(1, QUERIES / group)) * group;
        shape();
        scratch.ensure(at.bytes);
        splits = splits();
        if (splits > 1) {
            partial.ensure((long) blocks.count() * keyHeads * splits * partialBytes());
        }
        pool.run(this, blocks.count() * keyHeads * splits);
        if (splits > 1) {
            merge();
        }
    }

    /** How the keys and values at hand are read, and the scratch that this takes. */
    private void shape() {
        panel = slots.panel();
        span = panel * Math.max(1, (slots.keys().columns() ? POSITIONS : LATENT_POSITIONS) / panel);
        boolean floats = slots.keys().type() == KvType.F32;
        keysInPlace = floats && slots.keys().columns() && panel % Lanes.COUNT == 0;
        valuesInPlace = floats && valueSize % Lanes.COUNT == 0;
        asKept = !floats
                && slots.keys().columns()
                && largest <= StoredTile.MOST_QUERIES
                && StoredTile.takes(slots.keys())
                && StoredTile.takes(slots.values());
        int rowWidth = valuesInPlace || asKept
                ? 0
                : AttentionBuffers.whole(slots.values().size());
        at.shape(largest, size, valueSize, panel, span, rowWidth);
        at.factors(Math.max(StoredTile.factors(slots.keys()), StoredTile.factors(slots.values())));
        valueStride = 4L * (valuesInPlace ? slots.values().size() : rowWidth);
    }

    /** How many runs each past is split into: one, unless threads would otherwise have nothing to do. */
    private int splits() {
        int parts = blocks.count() * keyHeads;
        int longest = blocks.longestPast(step, reach);
        int wanted = pool.workers() == 1 ? 1 : 2 * pool.workers();
        if (parts == 0 || parts >= wanted) {
            return 1;
        }
        return Math.clamp(longest / WORTH_SPLITTING, 1, (wanted + parts - 1) / parts);
    }

    @Override
    public void run(int index, int worker) {
        // The last block of a prompt sees most: whoever begins with it does not end long after the others.
        int part = blocks.count() * keyHeads * splits - 1 - index;
        int split = part % splits;
        int head = part / splits % keyHeads;
        int block = part / splits / keyHeads;
        int row = blocks.first(block);
        int rows = blocks.rows(block);
        int queries = rows * group;
        long base = scratch.of(worker);
        // Softmax takes binary logarithms; a cap would be another one then, so there they are made after it.
        float factor = softcap > 0 ? scale : scale * Softmax.LOG2_E;
        for (int r = 0; r < rows; r++) {
            long from = query + 4L * ((long) (row + r) * queryHeads + (long) head * group) * size;
            Sums.scaled(base + at.query + 4L * r * group * size, from, factor, group * size);
        }
        Softmax.fill(base + at.most, 0, queries, Float.NEGATIVE_INFINITY);
        Memory.fill(base + at.total, 4L * queries);
        Memory.fill(base + at.mixed, 4L * queries * at.width);
        Memory.fill(base + at.zeros, 4L * size);
        int first = reach.firstSeenFrom(step.positions()[row]);
        int last = step.positions()[row + rows - 1];
        int begin = first / span;
        int spans = last / span - begin + 1;
        for (int i = begin + spans * split / splits; i < begin + spans * (split + 1) / splits; i++) {
            int start = i * span;
            int from = Math.max(first, start);
            positions(worker, head, row, rows, start, from, Math.min(last + 1, start + span));
        }
        if (splits > 1) {
            keep(base, queries, partialOf(part));
        } else {
            finish(base, head, row, rows);
        }
    }

    /** One span of positions, of which {@code from} to {@code to} are in reach: scores, weights, and what the values add. */
    private void positions(int worker, int head, int row, int rows, int start, int from, int to) {
        long base = scratch.of(worker);
        int queries = rows * group;
        score(worker, head, row, queries, start, from, to);
        int firstPosition = step.positions()[row];
        int seenFromByLast = reach.firstSeenFrom(firstPosition + rows - 1);
        if (firstPosition >= to - 1 && seenFromByLast <= from) {
            for (int q = 0; q < queries; q++) {
                soften(base, q, from - start, to - start);
            }
            mix(worker, 0, queries, from - start, to - start);
            return;
        }
        // At an edge each row mixes what it sees and nothing else: weights of 0 would let NaN and infinity through.
        for (int r = 0; r < rows; r++) {
            int seenFrom = Math.max(from, reach.firstSeenFrom(firstPosition + r)) - start;
            int seenTo = Math.min(to, firstPosition + r + 1) - start;
            if (seenFrom < seenTo) {
                for (int q = r * group; q < (r + 1) * group; q++) {
                    soften(base, q, seenFrom, seenTo);
                }
                mix(worker, r * group, group, seenFrom, seenTo);
            }
        }
    }

    /** Scores of all panels that the span has in reach, and where their values can be multiplied. */
    private void score(int worker, int head, int row, int queries, int start, int from, int to) {
        long base = scratch.of(worker);
        var table = slots.table(step, row);
        var panels = valuePanels[worker];
        for (int position = from / panel * panel; position < to; position += panel) {
            long key = slots.keys(table, head, position);
            if (asKept) {
                panels[(position - start) / panel] = slots.values(table, head, position);
                StoredTile.score(
                        slots.keys(),
                        key,
                        base + at.scores + 4L * (position - start),
                        4L * at.scoreStride,
                        base + at.query,
                        queries,
                        base + at.factors,
                        scratch.sums(worker));
                continue;
            }
            long rows = base + at.rows + (position - start) * valueStride;
            int count = Math.min(panel, to - position);
            if (!valuesInPlace) {
                PanelFloats.rows(slots.values(), slots.values(table, head, position), count, rows, valueStride);
            }
            panels[(position - start) / panel] = valuesInPlace ? slots.values(table, head, position) : rows;
            long columns = key;
            if (!slots.keys().columns()) {
                columns = base + at.columns;
                turn(worker, valuesInPlace ? key : rows, count);
            } else if (!keysInPlace) {
                columns = base + at.columns;
                PanelFloats.columns(slots.keys(), key, columns, 4L * at.panelWidth);
            }
            // All of the panel, also what no row sees or nobody wrote: whole tiles cost less than parts of them.
            Tile.multiply(
                    base + at.scores + 4L * (position - start),
                    4L * at.scoreStride,
                    base + at.query,
                    4L * size,
                    columns,
                    4L * at.panelWidth,
                    queries,
                    at.panelWidth,
                    size,
                    false,
                    scratch.sums(worker));
        }
    }

    /** Turns rows of keys into columns. */
    private void turn(int worker, long rows, int count) {
        long base = scratch.of(worker);
        var addresses = keyRows[worker];
        int whole = AttentionBuffers.whole(count);
        for (int j = 0; j < whole; j++) {
            addresses[j] = j < count ? rows + j * valueStride : base + at.zeros;
        }
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Transpose.columns(addresses, j, size, base + at.columns + 4L * j, 4L * at.panelWidth, base + at.small);
        }
    }

    /** Scores of one query become weights; what was summed before is scaled to the new largest score. */
    private void soften(long base, int q, int seenFrom, int seenTo) {
        int from = seenFrom / Lanes.COUNT * Lanes.COUNT;
        int to = AttentionBuffers.whole(seenTo);
        long row = base + at.scores + 4L * q * at.scoreStride;
        long scores = row + 4L * from;
        if (softcap > 0) {
            Curves.cap(scores, softcap, to - from, base + at.small);
            Sums.scale(scores, Softmax.LOG2_E, to - from);
        }
        Softmax.fill(row, from, seenFrom, Float.NEGATIVE_INFINITY);
        Softmax.fill(row, seenTo, to, Float.NEGATIVE_INFINITY);
        float before = Memory.get(base + at.most + 4L * q);
        float most = Math.max(before, Softmax.most(scores, to - from, base + at.small));
        float sum = Softmax.weigh(scores, to - from, most, base + at.small);
        float total = Memory.get(base + at.total + 4L * q);
        if (most != before) {
            float factor = Softmax.power(before - most);
            total *= factor;
            Sums.scale(base + at.mixed + 4L * q * at.width, factor, at.width);
            Memory.set(base + at.most + 4L * q, most);
        }
        Memory.set(base + at.total + 4L * q, total + sum);
    }

    /** Adds the values of some positions of the span to what some queries mix, in runs of panels that lie one after another. */
    private void mix(int worker, int first, int queries, int from, int to) {
        long base = scratch.of(worker);
        var panels = valuePanels[worker];
        for (int j = from; j < to; ) {
            int index = j / panel;
            if (asKept) {
                int count = Math.min(to, (index + 1) * panel) - j;
                StoredTile.mix(
                        slots.values(),
                        panels[index],
                        j - index * panel,
                        count,
                        base + at.mixed + 4L * first * at.width,
                        4L * at.width,
                        base + at.scores + 4L * ((long) first * at.scoreStride + j),
                        4L * at.scoreStride,
                        queries,
                        base + at.factors,
                        scratch.sums(worker));
                j += count;
                continue;
            }
            int end = index + 1;
            while (end * panel < to && panels[end] == panels[end - 1] + panel * valueStride) {
                end++;
            }
            int run = Math.min(to, end * panel) - j;
            Tile.multiply(
                    base + at.mixed + 4L * first * at.width,
                    4L * at.width,
                    base + at.scores + 4L * ((long) first * at.scoreStride + j),
                    4L * at.scoreStride,
                    panels[index] + (j - index * panel) * valueStride,
                    valueStride,
                    queries,
                    at.width,
                    run,
                    true,
                    scratch.sums(worker));
            j += run;
        }
    }

    private void finish(long base, int head, int row, int rows) {
        for (int q = 0; q < rows * group; q++) {
            long to = out + 4L * ((long) (row + q / group) * queryHeads + (long) head * group + q % group) * valueSize;
            Sums.scaled(to, base + at.mixed + 4L * q * at.width, 1 / Memory.get(base + at.total + 4L * q), valueSize);
        }
    }

    private long partialBytes() {
        return 4L * largest * (at.width + 2);
    }

    private long partialOf(int part) {
        return partial.of(0) + part * partialBytes();
    }

    /** Keeps what one split found: largest scores, sums of weights, mixed values. */
    private void keep(long base, int queries, long to) {
        Memory.copy(base + at.most, to, queries);
        Memory.copy(base + at.total, to + 4L * queries, queries);
        Memory.copy(base + at.mixed, to + 8L * queries, queries * at.width);
    }

    private void merge() {
        for (int part = 0; part < blocks.count() * keyHeads * splits; part += splits) {
            int head = part / splits % keyHeads;
            int block = part / splits / keyHeads;
            int queries = blocks.rows(block) * group;
            long base = scratch.of(0);
            for (int q = 0; q < queries; q++) {
                float most = Float.NEGATIVE_INFINITY;
                for (int split = 0; split < splits; split++) {
                    most = Math.max(most, Memory.get(partialOf(part + split) + 4L * q));
                }
                long mixed = base + at.mixed + 4L * q * at.width;
                Memory.fill(mixed, 4L * at.width);
                float total = 0;
                for (int split = 0; split < splits; split++) {
                    long from = partialOf(part + split);
                    float factor = Softmax.power(Memory.get(from + 4L * q) - most);
                    total += factor * Memory.get(from + 4L * (queries + q));
                    long found = from + 4L * (2L * queries + (long) q * at.width);
                    Sums.scale(found, factor, at.width);
                    Sums.row(mixed, found, at.width);
                }
                Memory.set(base + at.total + 4L * q, total);
            }
            finish(base, head, blocks.first(block), blocks.rows(block));
        }
    }
}
