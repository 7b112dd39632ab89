package orrery.kernel.vector;

import java.util.Arrays;
import orrery.kernel.Attention;
import orrery.kernel.Slots;
import orrery.kernel.Step;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * Processes {@value #POSITIONS} KV positions at a time: scores of all their panels, softmax weights, and the values'
 * contributions to {@link SoftmaxSums}. Decides in which form panels are multiplied; all forms give the same bits.
 */
final class AttentionStretch {
    private static final int POSITIONS = 256;
    /** For latent attention, whose long keys fill the second-level cache. */
    private static final int LATENT_POSITIONS = 64;

    private final Slots slots;
    private final AttentionBuffers at;
    private final WorkerScratch scratch;
    private final long[][] keyRows;
    private final long[][] valuePanels;

    private Step step = new Step(0);
    private Reach reach = Reach.FULL;
    private int group;
    private int size;
    private float softcap;
    private int panel;
    private int length;
    /** Whether keys can be multiplied in place; otherwise they are first transposed to columns of floats. */
    private boolean keysInPlace;
    /** Whether values can be multiplied in place; otherwise they are first widened to rows of floats. */
    private boolean valuesInPlace;
    /** Whether panels are multiplied in their stored type, because few queries read them. */
    private boolean asKept;
    /** Bytes from one position's value to the next one's, wherever it is multiplied. */
    private long valueStride;

    AttentionStretch(Slots slots, AttentionBuffers at, WorkerScratch scratch, int workers) {
        this.slots = slots;
        this.at = at;
        this.scratch = scratch;
        keyRows = new long[workers][];
        Arrays.setAll(keyRows, _ -> Apart.longs(AttentionBuffers.whole(LATENT_POSITIONS)));
        valuePanels = new long[workers][];
        Arrays.setAll(valuePanels, _ -> Apart.longs(POSITIONS));
    }

    /** Chooses how blocks of {@code queries} read the current keys and values, and the buffers for that. */
    void shape(Attention attention, Step rows, int queries) {
        step = rows;
        reach = attention.reach();
        group = attention.heads().group();
        size = attention.heads().size();
        softcap = attention.softcap();
        int valueSize = attention.valueSize();
        panel = slots.panel();
        length = panel * Math.max(1, (slots.keys().columns() ? POSITIONS : LATENT_POSITIONS) / panel);
        boolean floats = slots.keys().type() == KvType.F32;
        keysInPlace = floats && slots.keys().columns() && panel % Lanes.COUNT == 0;
        valuesInPlace = floats && valueSize % Lanes.COUNT == 0;
        asKept = !floats
                && slots.keys().columns()
                && queries <= StoredTile.MOST_QUERIES
                && StoredTile.takes(slots.keys())
                && StoredTile.takes(slots.values());
        int rowWidth = valuesInPlace || asKept
                ? 0
                : AttentionBuffers.whole(slots.values().size());
        at.shape(queries, size, valueSize, panel, length, rowWidth);
        at.factors(Math.max(StoredTile.factors(slots.keys()), StoredTile.factors(slots.values())));
        valueStride = 4L * (valuesInPlace ? slots.values().size() : rowWidth);
    }

    /** Positions per stretch; it starts at a multiple of that. */
    int length() {
        return length;
    }

    /**
     * Adds the visible part of the stretch that starts at a position to the sums of a block of rows.
     *
     * @param row the first row
     * @param rows the number of rows, of one sequence at consecutive positions
     * @param from the first position that one of them sees
     * @param to the position after the last one
     */
    void add(int worker, int head, int row, int rows, int start, int from, int to, long sums) {
        int queries = rows * group;
        score(worker, head, row, queries, start, from, to);
        if (seenTo(row) >= to && seenFrom(row + rows - 1) <= from) {
            for (int q = 0; q < queries; q++) {
                soften(worker, q, from - start, to - start, sums);
            }
            mix(worker, 0, queries, start, from, to, sums);
            return;
        }
        // At an edge, each row mixes only what it sees: weights of 0 would let NaN and infinity through.
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

    /** Computes scores of all panels that rows see, and finds where their values can be multiplied. */
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
            // Multiply the whole panel, including positions that no row attends to or that were never written: whole
            // tiles cost less than parts.
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

    /** Transposes rows of keys to columns. */
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

    /** Turns the scores of one query into weights; earlier sums are rescaled to the new largest score. */
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

    /**
     * Adds the weighted values of some positions of a stretch to some queries' results, in runs that end at
     * {@link #endOfRun}.
     */
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
     * Where a position's run ends: at the end of its page, within which a head's panels are contiguous, or of its
     * panel, if there are factors between the panels. Values widened to floats would allow longer runs, but not the
     * same sums.
     */
    private int endOfRun(int position) {
        int run = slots.values().type().blockElements() > 1 ? panel : slots.pageSize();
        return (position / run + 1) * run;
    }
}
