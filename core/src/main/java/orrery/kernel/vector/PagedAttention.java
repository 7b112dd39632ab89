package orrery.kernel.vector;

import java.lang.foreign.Arena;
import java.util.Arrays;
import orrery.kernel.Attention;
import orrery.kernel.KvCache;
import orrery.kernel.Step;
import orrery.spec.Reach;
import orrery.tensor.Tensor;

/**
 * Softmax attention over pages with an online softmax (arXiv:1805.02867, arXiv:2205.14135): {@value #POSITIONS} positions at a time, their keys are
 * turned into columns once for a block of queries: all query heads of a key-value head, for as many consecutive rows of one sequence as make
 * up to {@value #QUERIES}. The score matrix never exists.
 *
 * <p>A part is one block of rows and one key-value head. Where that gives fewer parts than threads, the past is split too, and what each
 * split found is merged afterwards.
 */
final class PagedAttention implements WorkerPool.Task {
    private static final int POSITIONS = 128;
    private static final int TURNED = 64;
    private static final int QUERIES = 48;
    /** Up to so many queries keys are read as they lie: turning them into columns would cost more. */
    private static final int FEW_QUERIES = 8;
    /**
     * Shorter pasts are scored in one order for any number of rows, as {@link StreamProduct#SHORT_SUM} says of sums: a small model's logits would
     * depend on how its prompt is cut.
     */
    private static final int SHORT_PAST = 256;

    private static final int WORTH_SPLITTING = 256;

    private final WorkerPool pool;
    private final Scratch scratch;
    private final Scratch partial;
    private final long[][] keys;
    private final long[][] values;
    private final Slots slots = new Slots();
    private final AttentionBuffers at = new AttentionBuffers();
    private int[] starts = new int[16];
    private int[] counts = new int[16];
    private int blocks;

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
    private int splits;
    /** Queries of the largest block. */
    private int largest;

    PagedAttention(WorkerPool pool, Scratch scratch, Arena arena) {
        this.pool = pool;
        this.scratch = scratch;
        partial = new Scratch(arena, 1);
        keys = new long[pool.workers()][POSITIONS];
        values = new long[pool.workers()][POSITIONS];
    }

    /** Writes every row's key and value to its slots. */
    void remember(Tensor key, Tensor value, KvCache cache, int layer, Attention attention, Step rows) {
        slots.of(cache, layer, attention);
        int heads = attention.heads().keyValue();
        long keyAt = Memory.address(key);
        long keyStride = 4L * heads * attention.heads().size();
        // Not read where values have no room of their own; then it need not even be there.
        long valueAt = slots.separate() ? Memory.address(value) : 0;
        long valueStride = 4L * heads * attention.valueSize();
        for (int r = 0; r < rows.rows(); r++) {
            slots.write(
                    slots.table(rows, r), rows.positions()[r], heads, keyAt + r * keyStride, valueAt + r * valueStride);
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
        largest = block(Math.max(1, QUERIES / group)) * group;
        at.shape(largest, size, valueSize, POSITIONS, TURNED);
        scratch.ensure(at.bytes);
        splits = splits();
        if (splits > 1) {
            partial.ensure((long) blocks * keyHeads * splits * partialBytes());
        }
        pool.run(this, blocks * keyHeads * splits);
        if (splits > 1) {
            merge();
        }
    }

    /** Groups rows into blocks of consecutive positions of one sequence, and says how many rows the largest has. */
    private int block(int mostRows) {
        int rows = step.rows();
        if (starts.length < rows) {
            starts = Arrays.copyOf(starts, step.capacity());
            counts = Arrays.copyOf(counts, step.capacity());
        }
        blocks = 0;
        int most = 1;
        for (int r = 0; r < rows; ) {
            int n = 1;
            while (n < mostRows
                    && r + n < rows
                    && step.sequences()[r + n] == step.sequences()[r]
                    && step.positions()[r + n] == step.positions()[r] + n) {
                n++;
            }
            starts[blocks] = r;
            counts[blocks++] = n;
            most = Math.max(most, n);
            r += n;
        }
        return most;
    }

    /** How many runs each past is split into: one, unless threads would otherwise have nothing to do. */
    private int splits() {
        int parts = blocks * keyHeads;
        int longest = 0;
        for (int b = 0; b < blocks; b++) {
            int last = step.positions()[starts[b] + counts[b] - 1];
            longest = Math.max(longest, last - reach.firstSeenFrom(step.positions()[starts[b]]) + 1);
        }
        if (parts == 0 || parts >= pool.workers()) {
            return 1;
        }
        return Math.clamp(longest / WORTH_SPLITTING, 1, (pool.workers() + parts - 1) / parts);
    }

    @Override
    public void run(int part, int worker) {
        int split = part % splits;
        int head = part / splits % keyHeads;
        int block = part / splits / keyHeads;
        int row = starts[block];
        int rows = counts[block];
        int queries = rows * group;
        long base = scratch.of(worker);
        for (int r = 0; r < rows; r++) {
            long from = query + 4L * ((long) (row + r) * queryHeads + (long) head * group) * size;
            Sums.scaled(base + at.query + 4L * r * group * size, from, scale, group * size);
        }
        Softmax.fill(base + at.most, 0, queries, Float.NEGATIVE_INFINITY);
        Memory.fill(base + at.total, 4L * queries);
        Memory.fill(base + at.mixed, 4L * queries * at.width);
        Memory.fill(base + at.zeros, 4L * size);
        int first = reach.firstSeenFrom(step.positions()[row]);
        int last = step.positions()[row + rows - 1];
        boolean few = queries <= FEW_QUERIES && size % Lanes.COUNT == 0 && last - first >= SHORT_PAST;
        int most = few ? POSITIONS : TURNED;
        int runs = (last - first) / most + 1;
        for (int run = runs * split / splits; run < runs * (split + 1) / splits; run++) {
            int from = first + run * most;
            positions(worker, head, row, rows, from, Math.min(most, last - from + 1), few);
        }
        if (splits > 1) {
            keep(base, queries, partialOf(part));
        } else {
            finish(base, head, row, rows);
        }
    }

    /** One run of positions: scores, weights, and what the values add. */
    private void positions(int worker, int head, int row, int rows, int from, int count, boolean few) {
        long base = scratch.of(worker);
        int queries = rows * group;
        var keysOf = keys[worker];
        var valuesOf = values[worker];
        var sums = scratch.sums(worker);
        slots.find(slots.table(step, row), head, from, count, keysOf, valuesOf);
        int whole = (count + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
        for (int j = count; j < whole; j++) {
            keysOf[j] = base + at.zeros;
        }
        score(base, keysOf, queries, whole, few, sums);
        pad(base, valuesOf, count);
        int firstPosition = step.positions()[row];
        if (firstPosition >= from + count - 1 && reach.firstSeenFrom(firstPosition + rows - 1) <= from) {
            for (int q = 0; q < queries; q++) {
                soften(base, q, 0, count, whole);
            }
            mix(base, valuesOf, 0, queries, 0, count, sums);
            return;
        }
        // At an edge each row mixes what it sees and nothing else: weights of 0 would let NaN and infinity through.
        for (int r = 0; r < rows; r++) {
            int seenFrom = Math.max(0, reach.firstSeenFrom(firstPosition + r) - from);
            int seenTo = Math.min(count, firstPosition + r - from + 1);
            if (seenFrom < seenTo) {
                for (int q = r * group; q < (r + 1) * group; q++) {
                    soften(base, q, seenFrom, seenTo, whole);
                }
                mix(base, valuesOf, r * group, group, seenFrom, seenTo, sums);
            }
        }
    }

    private void score(long base, long[] keysOf, int queries, int whole, boolean few, float[] sums) {
        long stride = 4L * POSITIONS;
        if (few) {
            KeyProducts.scores(keysOf, whole, base + at.query, queries, size, base + at.scores, stride, base + at.sums);
            return;
        }
        long turned = 4L * TURNED;
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Transpose.columns(keysOf, j, size, base + at.columns + 4L * j, turned, base + at.small);
        }
        Tile.multiply(
                base + at.scores,
                stride,
                base + at.query,
                4L * size,
                base + at.columns,
                turned,
                queries,
                whole,
                size,
                false,
                sums);
    }

    /** Copies values that are no whole number of vectors to where they are. */
    private void pad(long base, long[] valuesOf, int count) {
        if (at.width == valueSize) {
            return;
        }
        for (int j = 0; j < count; j++) {
            long to = base + at.padded + 4L * j * at.width;
            Memory.copy(valuesOf[j], to, valueSize);
            Memory.fill(to + 4L * valueSize, 4L * (at.width - valueSize));
            valuesOf[j] = to;
        }
    }

    /** Scores of one query become weights; what was summed before is scaled to the new largest score. */
    private void soften(long base, int q, int seenFrom, int seenTo, int whole) {
        long scores = base + at.scores + 4L * q * POSITIONS;
        if (softcap > 0) {
            Curves.cap(scores, softcap, whole, base + at.small);
        }
        Softmax.fill(scores, 0, seenFrom, Float.NEGATIVE_INFINITY);
        Softmax.fill(scores, seenTo, whole, Float.NEGATIVE_INFINITY);
        float before = Memory.get(base + at.most + 4L * q);
        float most = Math.max(before, Softmax.most(scores, whole));
        float sum = Softmax.weigh(scores, whole, most);
        float total = Memory.get(base + at.total + 4L * q);
        if (most != before) {
            float factor = (float) Math.exp(before - most);
            total *= factor;
            Sums.scale(base + at.mixed + 4L * q * at.width, factor, at.width);
            Memory.set(base + at.most + 4L * q, most);
        }
        Memory.set(base + at.total + 4L * q, total + sum);
    }

    /** Adds the values of some positions to what some queries mix, reading them in runs that lie one after another. */
    private void mix(long base, long[] valuesOf, int first, int queries, int from, int to, float[] sums) {
        long mixed = base + at.mixed + 4L * first * at.width;
        long weights = base + at.scores + 4L * first * POSITIONS;
        long stride = at.width == valueSize ? slots.valueStride() : 4L * at.width;
        for (int j = from; j < to; ) {
            int run = 1;
            while (j + run < to && valuesOf[j + run] == valuesOf[j] + run * stride) {
                run++;
            }
            Tile.multiply(
                    mixed,
                    4L * at.width,
                    weights + 4L * j,
                    4L * POSITIONS,
                    valuesOf[j],
                    stride,
                    queries,
                    at.width,
                    run,
                    true,
                    sums);
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
        for (int part = 0; part < blocks * keyHeads * splits; part += splits) {
            int head = part / splits % keyHeads;
            int block = part / splits / keyHeads;
            int queries = counts[block] * group;
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
                    float factor = (float) Math.exp(Memory.get(from + 4L * q) - most);
                    total += factor * Memory.get(from + 4L * (queries + q));
                    long found = from + 4L * (2L * queries + (long) q * at.width);
                    Sums.scale(found, factor, at.width);
                    Sums.row(mixed, found, at.width);
                }
                Memory.set(base + at.total + 4L * q, total);
            }
            finish(base, head, starts[block], counts[block]);
        }
    }
}
