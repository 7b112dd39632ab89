package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.AttentionRig.Row;
import orrery.kernel.AttentionRig.Shape;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * Spans, whose rows see each other in both directions: the scalar kernels against the mask of Gemma 3 written out over
 * every pair of positions, and every other backend against the scalar kernels, with steps drawn from seeds.
 */
final class AttentionSpanTest {
    private static final int SEEDS = 24;
    private static final int SEQUENCES = 3;
    /** The scalar kernels' results for a seed, the same for all kernels that are compared with them. */
    private static final Map<Integer, List<float[]>> EXPECTED = new HashMap<>();

    /** A run of rows of one sequence; a span, or rows that see what comes before. */
    private record Piece(int sequence, int from, int to, boolean span) {}

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    private static Shape shape(SplittableRandom random) {
        var types = KvType.values();
        var type = types[random.nextInt(types.length)];
        int pageSize = new int[] {1, 3, 4, 32, 64, 128}[random.nextInt(6)];
        int size = new int[] {8, 20, 32, 64}[random.nextInt(4)];
        var reach = List.of(
                        Reach.FULL,
                        new Reach.Window(1 + random.nextInt(5)),
                        new Reach.Window(pageSize + 40),
                        new Reach.Chunk(30))
                .get(random.nextInt(4));
        boolean latent = random.nextInt(4) == 0;
        var heads = latent ? new Heads(5, 1, size) : new Heads(6, 2, size);
        int valueSize = latent ? size - 3 : size;
        return new Shape(heads, valueSize, latent, reach, random.nextInt(3) == 0 ? 2 : 0, pageSize, type);
    }

    /** Steps of pieces: texts and spans of one row, around a page, and longer than a block of queries. */
    private static List<List<Piece>> steps(SplittableRandom random, int pageSize) {
        var lengths = new int[SEQUENCES];
        var steps = new ArrayList<List<Piece>>();
        for (int s = 0; s < 3; s++) {
            var pieces = new ArrayList<Piece>();
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                for (int count = random.nextInt(4); count > 0; count--) {
                    boolean span = random.nextBoolean();
                    int[] sizes = {1, 2, 9, Math.max(1, pageSize - 1), pageSize, pageSize + 1, 70};
                    int rows = sizes[random.nextInt(sizes.length)];
                    if (random.nextInt(3) == 0) {
                        // The next piece begins with a page.
                        rows = pageSize - lengths[sequence] % pageSize;
                    }
                    pieces.add(new Piece(sequence, lengths[sequence], lengths[sequence] += rows, span));
                }
            }
            if (!pieces.isEmpty()) {
                steps.add(pieces);
            }
        }
        return steps;
    }

    private static List<float[]> run(Kernels kernels, Shape shape, List<List<Piece>> steps) {
        var results = new ArrayList<float[]>();
        try (var rig = new AttentionRig(kernels, shape, SEQUENCES, 2)) {
            for (var pieces : steps) {
                for (var piece : pieces) {
                    if (piece.span) {
                        rig.span(piece.sequence, piece.from, piece.to);
                    } else {
                        rig.add(piece.sequence, piece.from, piece.to);
                    }
                }
                results.addAll(rig.run());
            }
        }
        return results;
    }

    private static List<float[]> scalar(Shape shape, List<List<Piece>> steps) {
        try (var scalar = new CheckedKernels(new ScalarKernels())) {
            return run(scalar, shape, steps);
        }
    }

    /** The same by the definition: {@code (key <= query or both in one span)}, within the window or the chunk. */
    private static List<float[]> written(Shape shape, List<List<Piece>> steps) {
        var results = new ArrayList<float[]>();
        for (var pieces : steps) {
            for (var piece : pieces) {
                for (int query = piece.from; query < piece.to; query++) {
                    var keys = new ArrayList<Integer>();
                    for (int key = 0; key < piece.to; key++) {
                        boolean before = key <= query;
                        boolean same = piece.span && key >= piece.from;
                        boolean near = switch (shape.reach()) {
                            case Reach.Full _ -> true;
                            case Reach.Window(var tokens) -> key > query - tokens;
                            case Reach.Chunk(var tokens) -> key / tokens == query / tokens;
                        };
                        if ((before || same) && near) {
                            keys.add(key);
                        }
                    }
                    results.add(mixed(shape, piece.sequence, query, keys));
                }
            }
        }
        return results;
    }

    private static float[] mixed(Shape shape, int sequence, int position, List<Integer> keys) {
        var heads = shape.heads();
        float[] query = AttentionRig.numbers(new Row(sequence, position), 0, heads.query() * heads.size());
        var out = new float[heads.query() * shape.valueSize()];
        for (int h = 0; h < heads.query(); h++) {
            int keyHead = h / heads.group();
            double total = 0;
            var sums = new double[shape.valueSize()];
            for (int seen : keys) {
                var row = new Row(sequence, seen);
                float[] key = AttentionRig.numbers(row, 1, heads.keyValue() * heads.size());
                float[] value = shape.latent() ? key : AttentionRig.numbers(row, 2, heads.keyValue() * sums.length);
                double score = 0;
                for (int i = 0; i < heads.size(); i++) {
                    score += (double) query[h * heads.size() + i] * key[keyHead * heads.size() + i];
                }
                score *= shape.attention().scale();
                double weight =
                        Math.exp(shape.softcap() > 0 ? shape.softcap() * Math.tanh(score / shape.softcap()) : score);
                total += weight;
                int from = shape.latent() ? 0 : keyHead * sums.length;
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += weight * value[from + i];
                }
            }
            for (int i = 0; i < sums.length; i++) {
                out[h * sums.length + i] = (float) (sums[i] / total);
            }
        }
        return out;
    }

    @AfterAll
    static void forget() {
        EXPECTED.clear();
    }

    @Test
    void theScalarTwinSeesWhatTheMaskSays() {
        try (var scalar = new CheckedKernels(new ScalarKernels())) {
            for (int seed = 0; seed < SEEDS; seed++) {
                var random = new SplittableRandom(seed);
                var drawn = shape(random);
                var shape = new Shape(
                        drawn.heads(),
                        drawn.valueSize(),
                        drawn.latent(),
                        drawn.reach(),
                        drawn.softcap(),
                        drawn.pageSize(),
                        KvType.F32);
                var steps = steps(random, shape.pageSize());
                assertClose(run(scalar, shape, steps), written(shape, steps), 1e-6, "seed " + seed + ", " + shape);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theVectorKernelsSeeWhatTheScalarTwinSees(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            agree(vector);
        }
    }

    @Test
    void theLoopsSeeWhatTheScalarTwinSees() {
        try (var loops = new LoopBackend().open(new Backend.Options(1))) {
            agree(loops);
        }
    }

    private static void agree(Kernels kernels) {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new SplittableRandom(seed);
            var shape = shape(random);
            var steps = steps(random, shape.pageSize());
            var expected = EXPECTED.computeIfAbsent(seed, _ -> scalar(shape, steps));
            assertClose(run(kernels, shape, steps), expected, 5e-6, "seed " + seed + ", " + shape);
        }
    }

    @Test
    void countingKernelsCountEveryPairOfASpan() {
        try (var counting = new CountingKernels()) {
            var shape = new Shape(new Heads(2, 1, 8), new Reach.Window(4), 4, KvType.F32);
            try (var rig = new AttentionRig(counting, shape, 1, 1)) {
                rig.add(0, 0, 3);
                rig.span(0, 3, 8);
                rig.add(0, 8, 9);
                rig.run();
                // 1 + 2 + 3, then back to the window's edge and ahead to the span's end, then the window alone.
                int seen = 6 + (8 + 7 + 6 + 5 + 4) + 4;
                assertThat(counting.attentionMultiplyAdds()).isEqualTo(seen * 2L * (8 + 8));
            }
        }
    }

    private static void assertClose(List<float[]> actual, List<float[]> expected, double tolerance, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int r = 0; r < expected.size(); r++) {
            for (int i = 0; i < expected.get(r).length; i++) {
                double apart = Math.abs((double) actual.get(r)[i] - expected.get(r)[i]);
                // Not AssertJ's isCloseTo, which computes in BigDecimal and is slow.
                if (!(apart <= tolerance)) {
                    assertThat(actual.get(r)[i])
                            .as("%s: row %d, element %d", what, r, i)
                            .isCloseTo(expected.get(r)[i], within((float) tolerance));
                }
            }
        }
    }
}
