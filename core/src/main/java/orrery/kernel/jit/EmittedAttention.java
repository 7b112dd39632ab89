package orrery.kernel.jit;

import orrery.kernel.Attention;
import orrery.kernel.Crew;
import orrery.kernel.KvCache;
import orrery.kernel.KvLayout;
import orrery.kernel.RowBlocks;
import orrery.kernel.SharedPast;
import orrery.kernel.Slots;
import orrery.kernel.Step;
import orrery.spec.Reach;

/**
 * Softmax attention over pages with an online softmax (arXiv:1805.02867, arXiv:2205.14135), for a block of queries at a
 * time: all query heads of a KV head, for as many consecutive rows of one sequence as make up to {@value #QUERIES}.
 * Positions are processed in stretches ({@link EmittedStretch}). The score matrix is never materialized.
 *
 * <p>A row's sums are computed in one order, which does not depend on the rest of the step, on how its prompt was
 * split, on where its pages are, or on the number of threads. Stretches start at multiples of their length; they are
 * summed within partitions of {@value #PARTITION} positions, and partitions are merged in the order of their positions.
 *
 * <p>A unit of work is one block of rows and one KV head. If there are few units per thread, threads also share the
 * partitions of a block (FlashDecoding).
 */
final class EmittedAttention implements Crew.Task, AutoCloseable {
    private static final int PARTITION = 1024;
    /** For latent attention, which has one key for all heads: threads can only share partitions. */
    private static final int LATENT_PARTITION = 512;

    private static final int QUERIES = 96;
    /**
     * The most bytes of partial results that are kept until they are merged; if more were needed, threads do not share
     * partitions.
     */
    private static final long MOST_KEPT = 128L << 20;

    /** Queries that a thread merges at a time. */
    private static final int MERGED = 8;

    private static final double LN2 = 0.6931471805599453;

    private final Crew crew;
    private final AttentionCode code;
    private final int lanes;
    private final WorkerMemory scratch;
    private final GrowingMemory kept = new GrowingMemory();
    private final Crew.Task merging = this::merge;
    private final Slots slots = new Slots();
    private final SoftmaxMemory at = new SoftmaxMemory();
    private final EmittedStretch stretch;
    private final RowBlocks blocks = new RowBlocks();
    private final SharedPast past = new SharedPast(blocks, MOST_KEPT);

    private Step step = new Step(0);
    private Reach reach = Reach.FULL;
    private long out;
    private long query;
    private int queryHeads;
    private int keyHeads;
    private int group;
    private int size;
    private int valueSize;
    /** The bits of the queries' factor. */
    private long factor;

    private NativeFunction scale;
    private NativeFunction addTimes;
    private int partition;
    /** Queries of the largest block. */
    private int largest;

    EmittedAttention(Crew crew, AttentionCode code, Tier tier) {
        this.crew = crew;
        this.code = code;
        lanes = tier.lanes();
        scratch = new WorkerMemory(crew.workers());
        stretch = new EmittedStretch(slots, at, scratch, code);
        scale = code.scale();
        addTimes = code.addTimes();
    }

    /** Writes every row's key and value to its slots. */
    void storeKv(long key, long value, KvCache cache, int layer, Attention attention, Step rows) {
        slots.of(cache, layer);
        var store = code.store(cache.type());
        int heads = attention.heads().keyValue();
        for (int r = 0; r < rows.rows(); r++) {
            var table = slots.table(rows, r);
            int position = rows.positions()[r];
            int slot = position % slots.pageSize() % slots.panel();
            long keys = slots.keys(table, 0, position);
            store(store, key, r, heads, slots.keys(), keys, slot, slots.keyHeadBytes());
            if (slots.separate()) {
                long values = slots.values(table, 0, position);
                store(store, value, r, heads, slots.values(), values, slot, slots.valueHeadBytes());
            }
        }
    }

    /** Stores a row's elements of all heads, at the slot whose panel of the first head starts there. */
    static void store(
            NativeFunction store, long x, int row, int heads, KvLayout layout, long panel, int slot, long headBytes) {
        long bytes = layout.type().elementBytes();
        int between = layout.columns() ? 1 : layout.size();
        store.call(
                x + (long) Float.BYTES * row * heads * layout.size(),
                panel + slot * bytes * between,
                layout.size(),
                bytes * (layout.columns() ? layout.panel() : 1),
                heads,
                headBytes,
                panel + layout.factorAt(slot, 0),
                (long) Short.BYTES * (layout.columns() ? layout.panel() : 1));
    }

    void attend(long result, long queries, KvCache cache, int layer, Attention attention, Step rows) {
        slots.of(cache, layer);
        step = rows;
        reach = attention.reach();
        out = result;
        query = queries;
        queryHeads = attention.heads().query();
        keyHeads = attention.heads().keyValue();
        group = attention.heads().group();
        size = attention.heads().size();
        valueSize = attention.valueSize();
        // The softmax uses binary logarithms. With a softcap, scores must be scaled after the cap.
        float scaling = attention.softcap() > 0 ? attention.scale() : attention.scale() * CurveWriter.LOG2_E;
        factor = Float.floatToRawIntBits(scaling);
        largest = blocks.divide(step, Math.max(1, QUERIES / group)) * group;
        stretch.shape(attention, step);
        at.shape(lanes, largest, size, valueSize, stretch.length(), stretch.floatKeys());
        int positions = slots.keys().columns() ? PARTITION : LATENT_PARTITION;
        partition = stretch.length() * Math.max(1, positions / stretch.length());
        scratch.ensure(at.bytes);
        past.divide(step, reach, partition, keyHeads, crew.workers(), at.sumBytes());
        int splits = past.splits();
        if (splits > 1) {
            kept.ensure((long) blocks.count() * keyHeads * past.most() * at.sumBytes());
        }
        crew.run(this, blocks.count() * keyHeads * splits);
        if (splits > 1) {
            crew.run(merging, blocks.count() * keyHeads * slices());
        }
    }

    @Override
    public void run(int index, int worker) {
        // The last block of a prompt sees most, so start with it, lest its thread ends long after the others.
        int splits = past.splits();
        int part = blocks.count() * keyHeads * splits - 1 - index;
        int split = part % splits;
        int pair = part / splits;
        int head = pair % keyHeads;
        int block = pair / keyHeads;
        int queries = blocks.rows(block) * group;
        long base = scratch.of(worker);
        scaleQueries(base, head, blocks.first(block), blocks.rows(block));
        int count = past.partitions(block);
        for (int i = count * split / splits; i < count * (split + 1) / splits; i++) {
            long sums = splits > 1 ? kept(pair, i) : base + (i == 0 ? at.past : at.partition);
            at.clear(sums, queries);
            stretches(worker, head, block, (past.firstPartition(block) + i) * partition, sums);
            for (int q = 0; q < queries && splits == 1 && i > 0; q++) {
                merge(base + at.past, sums, q);
            }
        }
        if (splits == 1) {
            finish(base + at.past, block, head, 0, queries);
        }
    }

    private void scaleQueries(long base, int head, int row, int rows) {
        for (int r = 0; r < rows; r++) {
            long from = query + (long) Float.BYTES * size * ((long) (row + r) * queryHeads + (long) head * group);
            long to = base + at.query + (long) Float.BYTES * size * r * group;
            scale.call(to, from, from, (long) group * size, 1, 0, factor, 0);
        }
    }

    /** Where the partial result of a block and a head, counted together, for one of its partitions is kept. */
    private long kept(int pair, int index) {
        return kept.address() + ((long) pair * past.most() + index) * at.sumBytes();
    }

    private int slices() {
        return Math.ceilDiv(largest, MERGED);
    }

    /** Merges the partial results of some queries of a block and a head. */
    private void merge(int index, int worker) {
        int pair = index / slices();
        int block = pair / keyHeads;
        int first = index % slices() * MERGED;
        int end = Math.min(first + MERGED, blocks.rows(block) * group);
        for (int q = first; q < end; q++) {
            for (int i = 1; i < past.partitions(block); i++) {
                merge(kept(pair, 0), kept(pair, i), q);
            }
        }
        if (first < end) {
            finish(kept(pair, 0), block, pair % keyHeads, first, end);
        }
    }

    /** Adds the partial results of later positions. */
    private void merge(long to, long from, int q) {
        long state = at.state(to, q);
        long other = at.state(from, q);
        float found = RawMemory.getFloat(other + Float.BYTES);
        if (found == 0) {
            return;
        }
        float sum = RawMemory.getFloat(state + Float.BYTES);
        float before = RawMemory.getFloat(state);
        float later = RawMemory.getFloat(other);
        float most = Math.max(before, later);
        // Equal infinities would give NaN.
        float first = sum == 0 ? 0 : before == most ? 1 : (float) Math.exp(LN2 * (before - most));
        float second = later == most ? 1 : (float) Math.exp(LN2 * (later - most));
        long x = at.mixed(to, q);
        long y = at.mixed(from, q);
        scale.call(x, x, x, at.width, 1, 0, Float.floatToRawIntBits(first), 0);
        addTimes.call(x, y, y, at.width, 1, 0, Float.floatToRawIntBits(second), 0);
        RawMemory.setFloat(state, most);
        RawMemory.setFloat(state + Float.BYTES, sum * first + found * second);
    }

    /** Writes the results of a block's and a head's queries, with one call per row. */
    private void finish(long sums, int block, int head, int from, int to) {
        for (int q = from; q < to; ) {
            int count = Math.min(to - q, group - q % group);
            long row = (long) blocks.first(block) + q / group;
            long target = row * queryHeads + (long) head * group + q % group;
            code.share()
                    .call(
                            out + Float.BYTES * valueSize * target,
                            at.mixed(sums, q),
                            at.state(sums, q),
                            valueSize,
                            at.width,
                            count);
            q += count;
        }
    }

    /** Processes what a block of rows sees of one partition. */
    private void stretches(int worker, int head, int block, int partitionStart, long sums) {
        int first = Math.max(partitionStart, blocks.firstSeen(block, step, reach));
        int end = Math.min(partitionStart + partition, blocks.lastSeen(block, step, reach) + 1);
        int length = stretch.length();
        for (int start = first / length * length; start < end; start += length) {
            int from = Math.max(first, start);
            int to = Math.min(end, start + length);
            stretch.add(worker, head, blocks.first(block), blocks.rows(block), start, from, to, sums);
        }
    }

    @Override
    public void close() {
        scratch.close();
        kept.close();
    }
}
