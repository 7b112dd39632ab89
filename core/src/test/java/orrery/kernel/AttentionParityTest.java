package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.DType;
import orrery.tensor.KvType;

/**
 * Attention over pages against the scalar kernels: a prompt, then a step that mixes a token with two prompts, then a
 * token each. Pages are scattered, hold NaN before they are written, and are freed (and filled with NaN) as soon as no
 * row can see them.
 */
final class AttentionParityTest {
    /** The scalar kernels' results, step by step, computed once for all kernels that are compared with them. */
    private static final Map<Script, List<float[]>> EXPECTED = new HashMap<>();

    @AfterAll
    static void forget() {
        EXPECTED.clear();
    }

    /** The parameters of a case. */
    private record Case(
            Heads heads, int valueSize, boolean latent, Reach reach, float softcap, int pageSize, KvType type) {
        Case(Heads heads, int valueSize, boolean latent, Reach reach, float softcap, int pageSize) {
            this(heads, valueSize, latent, reach, softcap, pageSize, KvType.F32);
        }
    }

    /** The number of tokens for each of these sequences, in one step. */
    private record Tokens(List<Integer> sequences, List<Integer> counts) {
        Tokens(int sequence, int count) {
            this(List.of(sequence), List.of(count));
        }
    }

    /**
     * Steps over one cache.
     *
     * @param bad is put into the key and the value of every sixteenth row, unless it is 0
     */
    private record Script(Case shape, float bad, List<Tokens> steps) {}

    static Stream<Named<VectorWidths.Opening>> backends() {
        return VectorWidths.andMachineCode();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void attendsWithHeadsOfEverySizeAndGroup(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int size : new int[] {8, 16, 24, 64, 80, 128}) {
                for (int group : new int[] {1, 2, 5}) {
                    check(vector, new Case(new Heads(2 * group, 2, size), size, false, Reach.FULL, 0, 4));
                }
            }
            check(vector, new Case(new Heads(4, 2, 24), 16, false, Reach.FULL, 0, 4));
            check(vector, new Case(new Heads(4, 4, 16), 40, false, Reach.FULL, 0, 32));
            check(vector, new Case(new Heads(60, 1, 8), 8, false, Reach.FULL, 0, 4));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void attendsOverEveryTypeThatACacheKeeps(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (var type : KvType.values()) {
                for (int size : new int[] {1, 3, 32, 40, 64, 80, 96, 128, 256}) {
                    check(vector, new Case(new Heads(4, 2, size), size, false, Reach.FULL, 0, 64, type));
                    if (size < 64) {
                        var window = new Reach.Window(9);
                        check(vector, new Case(new Heads(2, 2, size), size, false, window, 3f, 4, type));
                    }
                }
                check(vector, new Case(new Heads(6, 2, 64), 96, false, new Reach.Chunk(50), 0, 32, type));
                check(vector, new Case(new Heads(16, 1, 96), 64, true, Reach.FULL, 0, 64, type));
                check(vector, new Case(new Heads(3, 1, 32), 13, true, new Reach.Window(5), 0, 4, type));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void attendsOverHeadsThatEndWithAShorterBlock(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var reaches = List.of(Reach.FULL, new Reach.Window(33), new Reach.Chunk(50));
            int turn = 0;
            for (int size : new int[] {8, 20, 36, 40, 72, 80, 100, 120, 160}) {
                for (int pageSize : new int[] {4, 32, 64, 128}) {
                    var reach = reaches.get(turn++ % reaches.size());
                    var heads = new Heads(turn % 2 == 0 ? 4 : 2, 2, size);
                    check(vector, new Case(heads, size, false, reach, turn % 4, pageSize, KvType.Q8));
                }
                check(vector, new Case(new Heads(4, 2, 64), size, false, Reach.FULL, 0, 64, KvType.Q8));
                check(vector, new Case(new Heads(4, 2, size), 64, false, Reach.FULL, 0, 64, KvType.Q8));
                check(vector, new Case(new Heads(16, 1, size), size - 4, true, Reach.FULL, 0, 64, KvType.Q8));
                check(vector, new Case(new Heads(3, 1, size), size, true, new Reach.Window(5), 0, 4, KvType.Q8));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void crossesPanelsSpansAndPagesOfALongPast(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var reaches = List.of(Reach.FULL, new Reach.Window(200), new Reach.Chunk(100));
            int turn = 0;
            for (int pageSize : new int[] {64, 128, 256, 5}) {
                for (var type : KvType.values()) {
                    var reach = reaches.get(turn++ % reaches.size());
                    for (int size : type == KvType.Q8 ? new int[] {64, 80} : new int[] {64}) {
                        var shape = new Case(new Heads(4, 2, size), size, false, reach, 0, pageSize, type);
                        check(
                                vector,
                                shape,
                                new Tokens(0, 255),
                                new Tokens(List.of(0, 1), List.of(1, 70)),
                                new Tokens(List.of(1, 0), List.of(1, 66)),
                                new Tokens(List.of(0, 1), List.of(1, 1)));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void readsValuesFromTheBeginningOfLatentKeys(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            check(vector, new Case(new Heads(16, 1, 576), 512, true, Reach.FULL, 0, 32));
            check(vector, new Case(new Heads(3, 1, 20), 13, true, new Reach.Window(5), 0, 4));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void seesNoFurtherThanItsReachOnPagesOfEverySize(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int pageSize : new int[] {1, 4, 32}) {
                for (int window : new int[] {1, 5, pageSize - 1, pageSize, pageSize + 1, 70}) {
                    if (window > 0) {
                        var reach = new Reach.Window(window);
                        check(vector, new Case(new Heads(4, 2, 16), 16, false, reach, 0, pageSize));
                    }
                }
                for (int chunk : new int[] {1, 8, 33}) {
                    var reach = new Reach.Chunk(chunk);
                    check(vector, new Case(new Heads(4, 2, 16), 16, false, reach, 0, pageSize));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void capsScoresSoftly(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            check(vector, new Case(new Heads(4, 2, 64), 64, false, Reach.FULL, 2f, 4));
            check(vector, new Case(new Heads(4, 2, 64), 64, false, new Reach.Window(33), 0.5f, 32));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void sharesALongPastThatHasFewerHeadsThanThreads(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var one = new Case(new Heads(4, 1, 16), 24, false, Reach.FULL, 0, 32);
            check(vector, one, new Tokens(0, 1500), new Tokens(0, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void scoresFewQueriesAlongALongPast(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int group : new int[] {1, 3, 6}) {
                var shape = new Case(new Heads(2 * group, 2, 32), 32, false, Reach.FULL, 0, 32);
                check(vector, shape, new Tokens(0, 300), new Tokens(0, 1), new Tokens(0, 2));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void keepsWhatARowDoesNotSeeOutOfItsResult(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                for (int size : new int[] {16, 20}) {
                    var shape = new Case(new Heads(4, 2, size), size, false, new Reach.Window(6), 0, 4);
                    check(vector, new Script(shape, bad, List.of(new Tokens(0, 40), new Tokens(0, 3))));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesAPageThatIsNotThere(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var shape = new Case(new Heads(2, 1, 16), 16, false, Reach.FULL, 0, 4);
            try (var rig = new Rig(shape, 0, vector)) {
                rig.step(new Tokens(0, 9));
                rig.tables[0].remove(1);
                assertThatThrownBy(() -> rig.step(new Tokens(0, 1)))
                        .isInstanceOf(RuntimeException.class)
                        .hasMessageContaining("position 4");
            }
        }
    }

    private static void check(Kernels vector, Case shape) {
        check(
                vector,
                shape,
                new Tokens(0, 69),
                new Tokens(List.of(0, 1, 2), List.of(1, 20, 3)),
                new Tokens(List.of(2, 0, 1), List.of(1, 1, 1)),
                new Tokens(List.of(1, 0), List.of(9, 2)));
    }

    private static void check(Kernels vector, Case shape, Tokens... steps) {
        check(vector, new Script(shape, 0, List.of(steps)));
    }

    private static void check(Kernels vector, Script script) {
        var expected = EXPECTED.computeIfAbsent(script, AttentionParityTest::scalar);
        var actual = run(vector, script);
        for (int s = 0; s < actual.size(); s++) {
            assertClose(actual.get(s), expected.get(s), script + ", step " + s);
        }
    }

    private static List<float[]> scalar(Script script) {
        try (var scalar = new CheckedKernels(new ScalarKernels())) {
            return run(scalar, script);
        }
    }

    /** The result of each step, row by row. */
    private static List<float[]> run(Kernels kernels, Script script) {
        try (var rig = new Rig(script.shape, script.bad, kernels)) {
            return script.steps.stream().map(rig::step).toList();
        }
    }

    private static void assertClose(float[] actual, float[] expected, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            boolean same = Float.floatToIntBits(actual[i]) == Float.floatToIntBits(expected[i]);
            double apart = Math.abs((double) actual[i] - expected[i]);
            if (!same && !(apart <= 5e-6 * Math.max(1, Math.abs(expected[i])))) {
                throw new AssertionError(what + ", element " + i + " is " + actual[i] + ", expected " + expected[i]);
            }
        }
    }

    /** A cache, written and read in steps, with the same numbers for all kernels. */
    private static final class Rig implements AutoCloseable {
        private static final int MOST_PAGES = 200;

        final PageTable[] tables = {new PageTable(), new PageTable(), new PageTable()};
        private final SplittableRandom random = new SplittableRandom(7);
        private final int[] lengths = new int[3];
        private final Case shape;
        private final float bad;
        private final Attention attention;
        private final Kernels kernels;
        private final KvCache cache;

        Rig(Case shape, float bad, Kernels kernels) {
            this.shape = shape;
            this.bad = bad;
            this.kernels = kernels;
            var spec = new CacheSpec.PerToken(
                    shape.heads.keyValue(), shape.heads.size(), shape.latent ? 0 : shape.valueSize, shape.reach);
            var other = new CacheSpec.PerToken(1, 32, 0, Reach.FULL);
            attention = new Attention(
                    shape.heads,
                    shape.valueSize,
                    shape.reach,
                    (float) (2 / Math.sqrt(shape.heads.size())),
                    shape.softcap);
            // Layer 2 shares a pool with layer 1: its part of a page does not begin where the page does.
            var layers = List.<CacheSpec>of(other, spec, spec);
            cache = new KvCache(layers, shape.type, shape.pageSize, MOST_PAGES * 32 / shape.pageSize);
            // Allocated and freed out of order, so that neighbours in a sequence are not neighbours in memory.
            int taken = 12;
            for (int i = 0; i < taken; i++) {
                erase(cache.take(1));
            }
            for (int i = 0; i < taken; i++) {
                cache.give(1, i * 5 % taken);
            }
        }

        /** Adds tokens; returns their rows' outputs, and checks that nothing was written beyond them. */
        float[] step(Tokens tokens) {
            int rows = tokens.counts.stream().mapToInt(Integer::intValue).sum();
            var step = new Step(rows);
            for (int s = 0; s < tokens.sequences.size(); s++) {
                int sequence = tokens.sequences.get(s);
                var table = tables[sequence];
                int index = step.addSequence(new PageTable[] {table, table});
                for (int t = 0; t < tokens.counts.get(s); t++) {
                    int position = lengths[sequence]++;
                    if (position % shape.pageSize == 0) {
                        int page = cache.take(1);
                        erase(page);
                        table.append(page);
                    }
                    step.add(index, 0, position, false);
                }
            }
            try (var arena = Arena.ofShared()) {
                var mixed = attend(arena, step, rows);
                tokens.sequences.forEach(sequence ->
                        forget(tables[sequence], shape.reach.firstSeenFrom(lengths[sequence]) / shape.pageSize));
                return mixed;
            }
        }

        private float[] attend(Arena arena, Step step, int rows) {
            int heads = shape.heads.keyValue();
            var key = Parity.random(arena, random, rows, heads * shape.heads.size());
            var value = Parity.random(arena, random, rows, heads * shape.valueSize);
            for (int r = 5; r < rows && bad != 0; r += 16) {
                Parity.set(key.data(), DType.F32, r * key.columns(), bad);
                Parity.set(value.data(), DType.F32, r * value.columns(), bad);
            }
            var query = Parity.random(arena, random, rows, shape.heads.query() * shape.heads.size());
            var out = Parity.nothing(arena, rows + 1, shape.heads.query() * shape.valueSize);
            kernels.attend(out, query, key, value, cache, 2, attention, step);
            var mixed = new float[rows * shape.heads.query() * shape.valueSize];
            Elements.read(out.data(), DType.F32, 0, mixed);
            for (int i = mixed.length; i < out.data().byteSize() / Float.BYTES; i++) {
                assertThat(Elements.of(out, 0, i)).as("beyond %d rows", rows).isNaN();
            }
            return mixed;
        }

        private void forget(PageTable table, int runs) {
            for (int run = 0; run < Math.min(runs, table.length()); run++) {
                if (table.page(run) != PageTable.ABSENT) {
                    int page = table.remove(run);
                    erase(page);
                    cache.give(1, page);
                }
            }
        }

        private void erase(int page) {
            cache.slab(2, page)
                    .asSlice(cache.base(2, page), cache.layerBytes(2))
                    .fill((byte) 0xff);
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
