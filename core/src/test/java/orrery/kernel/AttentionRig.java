package orrery.kernel;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/**
 * One attention over a cache of its own, for tests that choose which rows share a step. Queries, keys and values follow
 * from a row's sequence and position, so that the same row can be computed again with other rows.
 */
final class AttentionRig implements AutoCloseable {
    private static final int MOST_POSITIONS = 16_384;

    /** The parameters of an attention. */
    record Shape(Heads heads, int valueSize, boolean latent, Reach reach, float softcap, int pageSize, KvType type) {
        Shape(Heads heads, Reach reach, int pageSize, KvType type) {
            this(heads, heads.size(), false, reach, 0, pageSize, type);
        }

        Attention attention() {
            float scale = (float) (2 / Math.sqrt(heads.size()));
            return new Attention(heads, valueSize, reach, scale, softcap);
        }
    }

    /** A row: which position of which sequence. */
    record Row(int sequence, int position) {}

    private final Kernels kernels;
    private final Shape shape;
    private final KvCache cache;
    private final PageTable[] tables;
    private final int[] places;
    private final int apart;
    /** Pages that one sequence may fill. */
    private final int share;

    private final List<Row> rows = new ArrayList<>();
    private final List<int[]> spans = new ArrayList<>();

    /**
     * An empty cache.
     *
     * @param apart pages between one of a sequence and its next: 1 where neighbours in a sequence are neighbours in
     *     memory, too
     */
    AttentionRig(Kernels kernels, Shape shape, int sequences, int apart) {
        this(kernels, shape, sequences, apart, MOST_POSITIONS / shape.pageSize, Arena.ofShared());
    }

    private AttentionRig(Kernels kernels, Shape shape, int sequences, int apart, int pages, Arena memory) {
        this.kernels = kernels;
        this.shape = shape;
        this.apart = apart;
        var spec = new CacheSpec.PerToken(
                shape.heads.keyValue(), shape.heads.size(), shape.latent ? 0 : shape.valueSize, shape.reach);
        cache = new KvCache(List.of(spec), shape.type, shape.pageSize, _ -> pages, 1, memory);
        for (int i = 0; i < pages; i++) {
            cache.take(0);
        }
        tables = new PageTable[sequences];
        Arrays.setAll(tables, _ -> new PageTable());
        places = new int[sequences];
        share = pages / sequences;
        Arrays.setAll(places, i -> i * share);
    }

    /** One sequence that fills all pages, in memory of an arena. */
    static AttentionRig filling(Kernels kernels, Shape shape, int pages, Arena memory) {
        return new AttentionRig(kernels, shape, 1, 1, pages, memory);
    }

    /** Adds rows {@code from} to {@code to} of a sequence to the step under construction. */
    void add(int sequence, int from, int to) {
        for (int position = from; position < to; position++) {
            if (position / shape.pageSize == tables[sequence].length()) {
                int end = (sequence + 1) * share;
                if (places[sequence] >= end) {
                    throw new IllegalStateException("sequence " + sequence + " has no page left below " + end);
                }
                tables[sequence].append(places[sequence]);
                places[sequence] += apart;
            }
            rows.add(new Row(sequence, position));
        }
    }

    /** Adds rows that see each other. */
    void span(int sequence, int from, int to) {
        spans.add(new int[] {rows.size(), to - from});
        add(sequence, from, to);
    }

    /** Where the rows of a sequence begin in the step under construction. */
    int firstRowOf(int sequence) {
        return rows.stream().map(Row::sequence).toList().indexOf(sequence);
    }

    /** Runs the step under construction; returns each row's output. */
    List<float[]> run() {
        var step = new Step(rows.size());
        for (var table : tables) {
            step.addSequence(new PageTable[] {table});
        }
        rows.forEach(row -> step.add(row.sequence, 0, row.position, false));
        spans.forEach(span -> step.span(span[0], span[1]));
        var heads = shape.heads;
        var query = tensor(0, heads.query() * heads.size());
        var key = tensor(1, heads.keyValue() * heads.size());
        var value = shape.latent ? key : tensor(2, heads.keyValue() * shape.valueSize);
        var out = kernels.allocate(rows.size(), heads.query() * shape.valueSize);
        kernels.attend(out, query, key, value, cache, 0, shape.attention(), step);
        var results = new ArrayList<float[]>();
        for (int r = 0; r < rows.size(); r++) {
            var row = new float[(int) out.columns()];
            kernels.read(row, out, r);
            results.add(row);
        }
        rows.clear();
        spans.clear();
        return results;
    }

    private Tensor tensor(int kind, int columns) {
        var tensor = kernels.allocate(rows.size(), columns);
        for (int r = 0; r < rows.size(); r++) {
            float[] numbers = numbers(rows.get(r), kind, columns);
            for (int c = 0; c < columns; c++) {
                Elements.set(tensor, r, c, numbers[c]);
            }
        }
        return tensor;
    }

    /** The query (0), the key (1) or the value (2) of a row. */
    static float[] numbers(Row row, int kind, int columns) {
        var random = new SplittableRandom(((long) row.sequence << 40) + ((long) row.position << 8) + kind);
        var numbers = new float[columns];
        for (int c = 0; c < columns; c++) {
            numbers[c] = (float) random.nextDouble(-1, 1);
        }
        return numbers;
    }

    @Override
    public void close() {
        cache.close();
    }
}
