package orrery.kernel.jit;

import orrery.kernel.Attention;
import orrery.kernel.Slots;
import orrery.kernel.Step;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * Processes {@value #POSITIONS} KV positions at a time: scores of all their panels, softmax weights, and the values'
 * contributions to the sums of a block of rows.
 */
final class EmittedStretch {
    private static final int POSITIONS = 256;
    /** For long keys that are first widened to floats, which should stay in the second-level cache. */
    private static final int FLOAT_POSITIONS = 64;

    private final Slots slots;
    private final SoftmaxMemory at;
    private final WorkerMemory scratch;
    private final AttentionCode code;

    private Step step = new Step(0);
    private Reach reach = Reach.FULL;
    private int group;
    private int size;
    private int panel;
    private int length;
    /** Whether keys are widened to floats before the product: block-quantized latent keys, which are also values. */
    private boolean floatsFirst;
    /** Bytes from one element to the next, in columns, or from one row to the next, in the form that is multiplied. */
    private long keyStride;

    private long valueStride;
    private long cap;
    private NativeFunction softmax;
    private FloatTiles scoring;
    private DotTiles rowScoring;
    private FloatTiles mixing;

    EmittedStretch(Slots slots, SoftmaxMemory at, WorkerMemory scratch, AttentionCode code) {
        this.slots = slots;
        this.at = at;
        this.scratch = scratch;
        this.code = code;
        softmax = code.softmax(false);
        scoring = code.tiles(slots.keys().type(), FloatTileWriter.Part.KEYS, 1);
        rowScoring = code.dots(slots.keys().type());
        mixing = code.tiles(slots.keys().type(), FloatTileWriter.Part.VALUES, 1);
    }

    /** Chooses how the current keys and values are read. */
    void shape(Attention attention, Step rows) {
        step = rows;
        reach = attention.reach();
        group = attention.heads().group();
        size = attention.heads().size();
        panel = slots.panel();
        boolean columns = slots.keys().columns();
        floatsFirst = !columns && slots.keys().type().blockElements() > 1;
        length = panel * Math.max(1, (floatsFirst ? FLOAT_POSITIONS : POSITIONS) / panel);
        var type = floatsFirst ? KvType.F32 : slots.keys().type();
        keyStride = (long) type.elementBytes() * (columns ? panel : size);
        valueStride = (long) type.elementBytes() * slots.values().size();
        cap = Float.floatToRawIntBits(attention.softcap());
        softmax = code.softmax(attention.softcap() > 0);
        if (columns) {
            scoring = code.tiles(type, FloatTileWriter.Part.KEYS, panel);
        } else {
            rowScoring = code.dots(type);
        }
        mixing = code.tiles(type, FloatTileWriter.Part.VALUES, attention.valueSize());
    }

    /** Positions per stretch whose keys are first widened to floats. */
    int floatKeys() {
        return floatsFirst ? length : 0;
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
        long base = scratch.of(worker);
        score(base, head, row, rows * group, start, from, to);
        if (seenTo(row) >= to && seenFrom(row + rows - 1) <= from) {
            soften(base, 0, rows * group, start, from, to, sums);
            mix(base, head, row, 0, rows * group, start, from, to, sums);
            return;
        }
        for (int r = 0; r < rows; r++) {
            int seenFrom = Math.max(from, seenFrom(row + r));
            int seenTo = Math.min(to, seenTo(row + r));
            if (seenFrom < seenTo) {
                soften(base, r * group, group, start, seenFrom, seenTo, sums);
            }
        }
        edge(base, head, row, rows, start, from, to, sums);
    }

    /**
     * Sums values for the rows of a block that do not all see the same positions: each row adds only what it sees,
     * since weights of 0 would let NaN and infinity through. What all of them see is added together; every row adds
     * values in the order of positions.
     */
    private void edge(long base, int head, int row, int rows, int start, int from, int to, long sums) {
        int commonFrom = from;
        int commonTo = to;
        for (int r = 0; r < rows; r++) {
            commonFrom = Math.max(commonFrom, seenFrom(row + r));
            commonTo = Math.min(commonTo, seenTo(row + r));
        }
        boolean common = commonFrom < commonTo;
        for (int r = 0; r < rows; r++) {
            int end = common ? commonFrom : to;
            mixSeen(base, head, row, r, start, from, end, sums);
        }
        if (common) {
            mix(base, head, row, 0, rows * group, start, commonFrom, commonTo, sums);
            for (int r = 0; r < rows; r++) {
                mixSeen(base, head, row, r, start, commonTo, to, sums);
            }
        }
    }

    /** What one row sees of some positions. */
    private void mixSeen(long base, int head, int row, int r, int start, int from, int to, long sums) {
        int seenFrom = Math.max(from, seenFrom(row + r));
        int seenTo = Math.min(to, seenTo(row + r));
        mix(base, head, row, r * group, group, start, seenFrom, seenTo, sums);
    }

    private int seenFrom(int row) {
        return reach.firstSeenFrom(step.positions()[row]);
    }

    private int seenTo(int row) {
        return reach.lastSeenFrom(step.positions()[row], step.lastSeen()[row]) + 1;
    }

    private long scores(long base, int query, int position) {
        return base + at.scores + Float.BYTES * ((long) query * at.scoreStride + position);
    }

    /**
     * Computes scores of all panels, including positions that no row attends to or that were never written, since whole
     * tiles cost less.
     */
    private void score(long base, int head, int row, int queries, int start, int from, int to) {
        var table = slots.table(step, row);
        for (int position = from / panel * panel; position < to; position += panel) {
            long keys = slots.keys(table, head, position);
            long scores = scores(base, 0, position - start);
            long stride = (long) Float.BYTES * at.scoreStride;
            long query = base + at.query;
            long queryStride = (long) Float.BYTES * size;
            if (slots.keys().columns()) {
                long factors = keys + slots.keys().factorAt(0, 0);
                scoring.multiply(query, queryStride, keys, keyStride, scores, stride, size, queries, factors);
            } else {
                int count = Math.min(panel, to - position);
                long rows = floatsFirst ? floats(base, keys, position - start, count) : keys;
                rowScoring.multiply(query, queryStride, rows, keyStride, scores, stride, size, queries, count);
            }
        }
    }

    /** Widens the keys of a panel to floats, and returns their address. */
    private long floats(long base, long panel, int position, int count) {
        var layout = slots.keys();
        long to = floatKey(base, position);
        long factorStride = layout.factorAt(1, 0) - layout.factorAt(0, 0);
        code.blockRows().call(to, panel, size, count, keyStride, size, panel + layout.factorAt(0, 0), factorStride);
        return to;
    }

    private long floatKey(long base, int position) {
        return base + at.keys + position * keyStride;
    }

    /** Turns the scores of some queries into weights; earlier sums are rescaled to the new largest score. */
    private void soften(long base, int query, int count, int start, int from, int to, long sums) {
        softmax.call(
                scores(base, query, from - start),
                (long) Float.BYTES * at.scoreStride,
                to - from,
                at.mixed(sums, query),
                at.width,
                at.state(sums, query),
                count,
                cap);
    }

    /**
     * Adds the weighted values of some positions to some queries' sums, in runs: to the end of a page, within which a
     * head's rows are contiguous, or of a panel, if there are factors between the panels.
     */
    private void mix(long base, int head, int row, int query, int count, int start, int from, int to, long sums) {
        var layout = slots.values();
        var table = slots.table(step, row);
        int run = floatsFirst ? length : layout.type().blockElements() > 1 ? panel : slots.pageSize();
        for (int position = from; position < to; ) {
            int end = Math.min(to, (position / run + 1) * run);
            int slot = position % slots.pageSize() % panel;
            long values = floatsFirst
                    ? floatKey(base, position - start)
                    : slots.values(table, head, position) + slot * valueStride;
            mixing.multiply(
                    scores(base, query, position - start),
                    (long) Float.BYTES * at.scoreStride,
                    values,
                    valueStride,
                    at.mixed(sums, query),
                    (long) Float.BYTES * at.width,
                    end - position,
                    count,
                    values - slot * valueStride + layout.factorAt(slot, 0));
            position = end;
        }
    }
}
