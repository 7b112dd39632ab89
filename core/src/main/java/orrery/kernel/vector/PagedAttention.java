package orrery.kernel.vector;

import java.lang.foreign.Arena;
import orrery.kernel.Attention;
import orrery.kernel.Crew;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.RowBlocks;
import orrery.kernel.SharedPast;
import orrery.kernel.Slots;
import orrery.kernel.Step;
import orrery.spec.Reach;
import orrery.tensor.Tensor;

/**
 * Softmax attention over pages with an online softmax (arXiv:1805.02867, arXiv:2205.14135), for a block of queries at a
 * time: all query heads of a KV head, for as many consecutive rows of one sequence as make up to {@value #QUERIES}.
 * Positions are processed in stretches ({@link AttentionStretch}): scores of all their panels, softmax, then the
 * weighted values. The score matrix is never materialized.
 *
 * <p>Keys are stored in columns ({@link orrery.kernel.KvLayout}), so both products are those of a {@link Tile}, for one
 * row of queries and for many.
 *
 * <p>A row's sums are computed in one order, which does not depend on the rest of the step, on how its prompt was
 * split, on where its pages are, or on the number of threads. Stretches start at multiples of their length. Within a
 * stretch, values are summed in runs that end with a page. Stretches are summed within partitions of
 * {@value #PARTITION} positions, and partitions are merged in the order of their positions.
 *
 * <p>A unit of work is one block of rows and one KV head. If there are few units per thread, threads also share the
 * partitions of a block (FlashDecoding).
 */
final class PagedAttention implements Crew.Task {
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

    private final Crew pool;
    private final WorkerScratch scratch;
    private final WorkerScratch kept;
    private final Crew.Task merging = this::merge;
    private final AttentionStretch stretch;
    private final Slots slots = new Slots();
    private final AttentionBuffers at = new AttentionBuffers();
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
    /** The factor of queries. */
    private float factor;

    private int partition;
    /** Queries of the largest block. */
    private int largest;

    PagedAttention(Crew pool, WorkerScratch scratch, Arena arena) {
        this.pool = pool;
        this.scratch = scratch;
        kept = new WorkerScratch(arena, 1);
        stretch = new AttentionStretch(slots, at, scratch, pool.workers());
    }

    /** Writes every row's key and value to its slots. */
    void storeKv(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step rows) {
        slots.of(cache, layer);
        int heads = attention.heads().keyValue();
        long keyAt = OffHeap.address(key);
        long keyStride = 4L * heads * attention.heads().size();
        // Not read if values have no memory of their own; then it need not even exist.
        long valueAt = slots.separate() ? OffHeap.address(value) : 0;
        long valueRow = 4L * heads * attention.valueSize();
        for (int r = 0; r < rows.rows(); r++) {
            write(slots.table(rows, r), rows.positions()[r], heads, keyAt + r * keyStride, valueAt + r * valueRow);
        }
    }

    /** Writes one row's key, and its value if values have memory of their own, to its slot in every head. */
    private void write(PageTable table, int position, int heads, long key, long value) {
        int slot = position % slots.pageSize() % slots.panel();
        for (int h = 0; h < heads; h++) {
            var keys = slots.keys();
            keys.write(OffHeap.ALL, slots.keys(table, h, position), slot, OffHeap.ALL, key + 4L * h * keys.size());
            if (slots.separate()) {
                var values = slots.values();
                long to = slots.values(table, h, position);
                values.write(OffHeap.ALL, to, slot, OffHeap.ALL, value + 4L * h * values.size());
            }
        }
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
        factor = attention.softcap() > 0 ? attention.scale() : attention.scale() * Softmax.LOG2_E;
        largest = blocks.divide(step, Math.max(1, QUERIES / group)) * group;
        stretch.shape(attention, step, largest);
        int positions = slots.keys().columns() ? PARTITION : LATENT_PARTITION;
        partition = stretch.length() * Math.max(1, positions / stretch.length());
        scratch.ensure(at.bytes);
        past.divide(step, reach, partition, keyHeads, pool.workers(), at.sums.bytes());
        int splits = past.splits();
        if (splits > 1) {
            kept.ensure((long) blocks.count() * keyHeads * past.most() * at.sums.bytes());
        }
        pool.run(this, blocks.count() * keyHeads * splits);
        if (splits > 1) {
            pool.run(merging, blocks.count() * keyHeads * slices());
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
        OffHeap.fill(base + at.zeros, 4L * size);
        int count = past.partitions(block);
        for (int i = count * split / splits; i < count * (split + 1) / splits; i++) {
            long sums = splits > 1 ? kept(pair, i) : base + (i == 0 ? at.past : at.partition);
            at.sums.clear(sums, queries);
            stretches(worker, head, block, (past.firstPartition(block) + i) * partition, sums);
            for (int q = 0; q < queries && splits == 1 && i > 0; q++) {
                at.sums.merge(base + at.past, sums, q);
            }
        }
        for (int q = 0; q < queries && splits == 1; q++) {
            finish(base + at.past, block, head, q);
        }
    }

    private void scaleQueries(long base, int head, int row, int rows) {
        for (int r = 0; r < rows; r++) {
            long from = query + 4L * ((long) (row + r) * queryHeads + (long) head * group) * size;
            Sums.scaled(base + at.query + 4L * r * group * size, from, factor, group * size);
        }
    }

    /** Where the partial result of a block and a head, counted together, for one of its partitions is kept. */
    private long kept(int pair, int index) {
        return kept.of(0) + ((long) pair * past.most() + index) * at.sums.bytes();
    }

    private int slices() {
        return Math.ceilDiv(largest, MERGED);
    }

    /** Merges the partial results of some queries of a block and a head. */
    private void merge(int index, int worker) {
        int pair = index / slices();
        int block = pair / keyHeads;
        int first = index % slices() * MERGED;
        for (int q = first; q < Math.min(first + MERGED, blocks.rows(block) * group); q++) {
            for (int i = 1; i < past.partitions(block); i++) {
                at.sums.merge(kept(pair, 0), kept(pair, i), q);
            }
            finish(kept(pair, 0), block, pair % keyHeads, q);
        }
    }

    private void finish(long sums, int block, int head, int q) {
        long row = (long) blocks.first(block) + q / group;
        long to = out + 4L * (row * queryHeads + (long) head * group + q % group) * valueSize;
        at.sums.finish(sums, q, to, valueSize);
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
}
