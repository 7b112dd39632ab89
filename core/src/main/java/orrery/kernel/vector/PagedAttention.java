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
 * consecutive rows of one sequence as make up to {@value #QUERIES}. Positions are taken by stretches of {@value #POSITIONS}: scores of all their panels, softmax, then what their
 * values add. The score matrix never exists.
 *
 * <p>Keys lie in columns ({@link orrery.kernel.KvLayout}), so both products are those of a {@link Tile}, for one row of queries and for many.
 *
 * <p>A row's sums are made in one order, whatever else is in the step, however its prompt was cut, wherever its pages lie and however many threads there are. Stretches begin at
 * multiples of their length. Within one, values are mixed in runs that end with a page. Stretches are summed up within partitions of {@value #PARTITION} positions, and partitions
 * are merged in the order of their positions.
 *
 * <p>A part of the work is one block of rows and one key-value head. Where that gives few parts for each thread, threads share the partitions of a past, too.
 */
final class PagedAttention implements WorkerPool.Task {
    private static final int POSITIONS = 256;
    /** Of latent attention, whose keys are long and fill the second-level cache. */
    private static final int LATENT_POSITIONS = 64;

    private static final int PARTITION = 512;
    private static final int QUERIES = 96;
    /** Bytes of what partitions find that are kept until they are merged: past that, threads do not share them. */
    private static final long MOST_KEPT = 128L << 20;

    /** Queries that a thread merges at a time. */
    private static final int MERGED = 8;

    private final WorkerPool pool;
    private final Scratch scratch;
    private final Scratch kept;
    private final WorkerPool.Task merging = this::merge;
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
    private int stretch;
    private int partition;
    /** Whether keys can be multiplied where they lie; else they are made columns of floats first. */
    private boolean keysInPlace;
    /** Whether values can be; else they are made rows of floats. */
    private boolean valuesInPlace;
    /** Whether panels are multiplied as they are kept: a few queries read them once. */
    private boolean asKept;
    /** Bytes from one position's value to the next one's, wherever it is multiplied. */
    private long valueStride;

    /** How many threads share a past. */
    private int splits;
    /** Partitions of the longest past. */
    private int partitions;
    /** Queries of the largest block. */
    private int largest;

    PagedAttention(WorkerPool pool, Scratch scratch, Arena arena) {
        this.pool = pool;
        this.scratch = scratch;
        kept = new Scratch(arena, 1);
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
            kept.ensure((long) blocks.count() * keyHeads * partitions * at.sums.bytes());
        }
        pool.run(this, blocks.count() * keyHeads * splits);
        if (splits > 1) {
            pool.run(merging, blocks.count() * keyHeads * slices());
        }
    }

    /** How the keys and values at hand are read, and the scratch that this takes. */
    private void shape() {
        panel = slots.panel();
        stretch = panel * Math.max(1, (slots.keys().columns() ? POSITIONS : LATENT_POSITIONS) / panel);
        partition = stretch * Math.max(1, PARTITION / stretch);
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
        at.shape(largest, size, valueSize, panel, stretch, rowWidth);
        at.factors(Math.max(StoredTile.factors(slots.keys()), StoredTile.factors(slots.values())));
        valueStride = 4L * (valuesInPlace ? slots.values().size() : rowWidth);
    }

    /** How many threads share each past: one, unless threads would otherwise have nothing to do. */
    private int splits() {
        partitions = 0;
        for (int block = 0; block < blocks.count(); block++) {
            partitions = Math.max(partitions, partitions(block));
        }
        int parts = blocks.count() * keyHeads;
        int wanted = pool.workers() == 1 ? 1 : 2 * pool.workers();
        if (parts == 0 || parts >= wanted || (long) parts * partitions * at.sums.bytes() > MOST_KEPT) {
            return 1;
        }
        return Math.clamp(partitions, 1, (wanted + parts - 1) / parts);
    }

    /** How many partitions a block of rows sees something of. */
    private int partitions(int block) {
        return blocks.lastSeen(block, step, reach) / partition - firstPartition(block) + 1;
    }

    private int firstPartition(int block) {
        return blocks.firstSeen(block, step, reach) / partition;
    }

    @Override
    public void run(int index, int worker) {
        // The last block of a prompt sees most: whoever begins with it does not end long after the others.
        int part = blocks.count() * keyHeads * splits - 1 - index;
        int split = part % splits;
        int pair = part / splits;
        int head = pair % keyHeads;
        int block = pair / keyHeads;
        int queries = blocks.rows(block) * group;
        long base = scratch.of(worker);
        scaleQueries(base, head, blocks.first(block), blocks.rows(block));
        Memory.fill(base + at.zeros, 4L * size);
        int count = partitions(block);
        for (int i = count * split / splits; i < count * (split + 1) / splits; i++) {
            long sums = splits > 1 ? kept(pair, i) : base + (i == 0 ? at.past : at.partition);
            at.sums.clear(sums, queries);
            stretches(worker, head, block, (firstPartition(block) + i) * partition, sums);
            for (int q = 0; q < queries && splits == 1 && i > 0; q++) {
                at.sums.merge(base + at.past, sums, q);
            }
        }
        for (int q = 0; q < queries && splits == 1; q++) {
            finish(base + at.past, block, head, q);
        }
    }

    private void scaleQueries(long base, int head, int row, int rows) {
        // Softmax takes binary logarithms; a cap would be another one then, so there they are made after it.
        float factor = softcap > 0 ? scale : scale * Softmax.LOG2_E;
        for (int r = 0; r < rows; r++) {
            long from = query + 4L * ((long) (row + r) * queryHeads + (long) head * group) * size;
            Sums.scaled(base + at.query + 4L * r * group * size, from, factor, group * size);
        }
    }

    /** Where is kept what a block and a head, counted together, found in one of its partitions. */
    private long kept(int pair, int index) {
        return kept.of(0) + ((long) pair * partitions + index) * at.sums.bytes();
    }

    private int slices() {
        return Math.ceilDiv(largest, MERGED);
    }

    /** Merges what was found of some queries of a block and a head. */
    private void merge(int index, int worker) {
        int pair = index / slices();
        int block = pair / keyHeads;
        int first = index % slices() * MERGED;
        for (int q = first; q < Math.min(first + MERGED, blocks.rows(block) * group); q++) {
            for (int i = 1; i < partitions(block); i++) {
                at.sums.merge(kept(pair, 0), kept(pair, i), q);
            }
            finish(kept(pair, 0), block, pair % keyHeads, q);
        }
    }

    private void finish(long sums, int block, int head, int q) {
        long row = blocks.first(block) + q / group;
        long to = out + 4L * (row * queryHeads + (long) head * group + q % group) * valueSize;
        at.sums.finish(sums, q, to, valueSize);
    }

    /** What a block of rows sees of one partition. */
    private void stretches(int worker, int head, int block, int partitionStart, long sums) {
        int first = Math.max(partitionStart, blocks.firstSeen(block, step, reach));
        int end = Math.min(partitionStart + partition, blocks.lastSeen(block, step, reach) + 1);
        for (int start = first / stretch * stretch; start < end; start += stretch) {
            positions(worker, head, block, start, Math.max(first, start), Math.min(end, start + stretch), sums);
        }
    }

    /** One stretch of positions, of which {@code from} to {@code to} are in reach: scores, weights, and what the values add. */
    private void positions(int worker, int head, int block, int start, int from, int to, long sums) {
        int row = blocks.first(block);
        int rows = blocks.rows(block);
        int queries = rows * group;
        score(worker, head, row, queries, start, from, to);
        if (seenTo(row) >= to && seenFrom(row + rows - 1) <= from) {
            for (int q = 0; q < queries; q++) {
                soften(worker, q, from - start, to - start, sums);
            }
            mix(worker, 0, queries, start, from, to, sums);
            return;
        }
        // At an edge each row mixes what it sees and nothing else: weights of 0 would let NaN and infinity through.
        for (int r = 0; r < rows; r++) {
            int seenFrom = Math.max(from, seenFrom(row + r));
            int seenTo = Math.min(to, seenTo(row + r));
            if (seenFrom < seenTo) {
                for (int q = r * group; q < (r + 1) * group; q++) {
                    soften(worker, q, seenFrom - start, seenTo - start, sums);
                }
                mix(worker, r * group, group, start, seenFrom, seenTo, sums);
            }
        }
    }

    private int seenFrom(int row) {
        return reach.firstSeenFrom(step.positions()[row]);
    }

    private int seenTo(int row) {
        return reach.lastSeenFrom(step.positions()[row], step.lastSeen()[row]) + 1;
    }

    /** Scores of all panels that the stretch has in reach, and where their values can be multiplied. */
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
    private void soften(int worker, int q, int seenFrom, int seenTo, long sums) {
        long base = scratch.of(worker);
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
        float largest = Math.max(at.sums.most(sums, q), Softmax.most(scores, to - from, base + at.small));
        at.sums.add(sums, q, largest, Softmax.weigh(scores, to - from, largest, base + at.small));
    }

    /** Adds the values of some positions of a stretch to what some queries mix, in runs that end where {@link #endOfRun} says. */
    private void mix(int worker, int first, int queries, int start, int from, int to, long sums) {
        long base = scratch.of(worker);
        long mixed = at.sums.mixed(sums, first);
        for (int position = from; position < to; ) {
            int count = Math.min(to, endOfRun(position)) - position;
            long panelAt = valuePanels[worker][(position - start) / panel];
            int slot = (position - start) % panel;
            long weights = base + at.scores + 4L * ((long) first * at.scoreStride + position - start);
            if (asKept) {
                StoredTile.mix(
                        slots.values(),
                        panelAt,
                        slot,
                        count,
                        mixed,
                        4L * at.width,
                        weights,
                        4L * at.scoreStride,
                        queries,
                        base + at.factors,
                        scratch.sums(worker));
            } else {
                Tile.multiply(
                        mixed,
                        4L * at.width,
                        weights,
                        4L * at.scoreStride,
                        panelAt + slot * valueStride,
                        valueStride,
                        queries,
                        at.width,
                        count,
                        true,
                        scratch.sums(worker));
            }
            position += count;
        }
    }

    /**
     * Where the run ends that a position is in: with its page, within which a head's panels lie one after another, or with its panel, where factors lie between the panels. Values that
     * were made floats would allow longer runs, but not the same sums.
     */
    private int endOfRun(int position) {
        int run = slots.values().type().blockElements() > 1 ? panel : slots.pageSize();
        return (position / run + 1) * run;
    }
}
