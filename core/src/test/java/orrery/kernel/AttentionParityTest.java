package orrery.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.spec.CacheSpec;
import orrery.spec.Heads;
import orrery.spec.Reach;
import orrery.tensor.KvType;

/**
 * Attention over pages against the scalar twin: a prompt, then a step that mixes a token with two prompts, then a token
 * each. Pages are scattered, hold NaN before they are written, and are freed (and filled with NaN) as soon as no row
 * can see them.
 */
final class AttentionParityTest {
    private final Kernels scalar = new CheckedKernels(new ScalarKernels());
    private final SplittableRandom random = new SplittableRandom(7);
    private final Arena arena = Arena.ofAuto();

    /** What is asked of both. */
    private record Case(
            Heads heads, int valueSize, boolean latent, Reach reach, float softcap, int pageSize, KvType type) {
        Case(Heads heads, int valueSize, boolean latent, Reach reach, float softcap, int pageSize) {
            this(heads, valueSize, latent, reach, softcap, pageSize, KvType.F32);
        }
    }

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
                        try (var both = new Both(shape, vector)) {
                            both.prompt(0, 255);
                            both.step(new int[] {0, 1}, new int[] {1, 70});
                            both.step(new int[] {1, 0}, new int[] {1, 66});
                            both.step(new int[] {0, 1}, new int[] {1, 1});
                        }
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
            try (var both = new Both(one, vector)) {
                both.prompt(0, 1500);
                both.step(new int[] {0}, new int[] {1});
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void scoresFewQueriesAlongALongPast(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            for (int group : new int[] {1, 3, 6}) {
                var shape = new Case(new Heads(2 * group, 2, 32), 32, false, Reach.FULL, 0, 32);
                try (var both = new Both(shape, vector)) {
                    both.prompt(0, 300);
                    both.step(new int[] {0}, new int[] {1});
                    both.step(new int[] {0}, new int[] {2});
                }
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
                    try (var both = new Both(shape, vector)) {
                        both.bad = bad;
                        both.prompt(0, 40);
                        both.step(new int[] {0}, new int[] {3});
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesAPageThatIsNotThere(VectorWidths.Opening opening) {
        try (var vector = opening.open()) {
            var shape = new Case(new Heads(2, 1, 16), 16, false, Reach.FULL, 0, 4);
            try (var both = new Both(shape, vector)) {
                both.prompt(0, 9);
                both.tables[0].remove(1);
                assertThatThrownBy(() -> both.step(new int[] {0}, new int[] {1}))
                        .isInstanceOf(RuntimeException.class)
                        .hasMessageContaining("position 4");
            }
        }
    }

    private void check(Kernels vector, Case shape) {
        try (var both = new Both(shape, vector)) {
            both.prompt(0, 69);
            both.step(new int[] {0, 1, 2}, new int[] {1, 20, 3});
            both.step(new int[] {2, 0, 1}, new int[] {1, 1, 1});
            both.step(new int[] {1, 0}, new int[] {9, 2});
        }
    }

    /** One cache for each of the two, written and read in step. */
    private final class Both implements AutoCloseable {
        private static final int MOST_PAGES = 200;
        /** Stands in the key and the value of every sixteenth row, where it is not 0. */
        float bad;

        final PageTable[] tables = {new PageTable(), new PageTable(), new PageTable()};
        private final int[] lengths = new int[3];
        private final Case shape;
        private final Attention attention;
        private final Kernels vector;
        private final KvCache expectedCache;
        private final KvCache actualCache;

        Both(Case shape, Kernels vector) {
            this.shape = shape;
            this.vector = vector;
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
            expectedCache = new KvCache(layers, shape.type, shape.pageSize, MOST_PAGES * 32 / shape.pageSize);
            actualCache = new KvCache(layers, shape.type, shape.pageSize, MOST_PAGES * 32 / shape.pageSize);
            // Taken and given back in disorder, so that neighbours in a sequence are none in memory.
            int taken = 12;
            for (int i = 0; i < taken; i++) {
                erase(expectedCache, expectedCache.take(1));
                erase(actualCache, actualCache.take(1));
            }
            for (int i = 0; i < taken; i++) {
                expectedCache.give(1, i * 5 % taken);
                actualCache.give(1, i * 5 % taken);
            }
        }

        void prompt(int sequence, int tokens) {
            step(new int[] {sequence}, new int[] {tokens});
        }

        /** Adds so many tokens to each of those sequences, in one step. */
        void step(int[] sequences, int[] tokens) {
            int rows = java.util.stream.IntStream.of(tokens).sum();
            var step = new Step(rows);
            for (int s = 0; s < sequences.length; s++) {
                var table = tables[sequences[s]];
                int index = step.addSequence(new PageTable[] {table, table});
                for (int t = 0; t < tokens[s]; t++) {
                    int position = lengths[sequences[s]]++;
                    if (position % shape.pageSize == 0) {
                        table.append(take());
                    }
                    step.add(index, 0, position, false);
                }
            }
            int heads = shape.heads.keyValue();
            var key = Parity.random(arena, random, rows, heads * shape.heads.size());
            var value = Parity.random(arena, random, rows, heads * shape.valueSize);
            for (int r = 5; r < rows && bad != 0; r += 16) {
                Parity.set(key.data(), orrery.tensor.DType.F32, r * key.columns(), bad);
                Parity.set(value.data(), orrery.tensor.DType.F32, r * value.columns(), bad);
            }
            var query = Parity.random(arena, random, rows, shape.heads.query() * shape.heads.size());
            var expected = Parity.nothing(arena, rows + 1, shape.heads.query() * shape.valueSize);
            var actual = Parity.nothing(arena, rows + 1, shape.heads.query() * shape.valueSize);
            vector.attend(actual, query, key, value, actualCache, 2, attention, step);
            scalar.attend(expected, query, key, value, expectedCache, 2, attention, step);
            Parity.assertClose(
                    actual, expected, rows, 5e-6, shape + " at lengths " + java.util.Arrays.toString(lengths));
            for (int sequence : sequences) {
                forget(tables[sequence], shape.reach.firstSeenFrom(lengths[sequence]) / shape.pageSize);
            }
        }

        private int take() {
            int page = actualCache.take(1);
            erase(actualCache, page);
            erase(expectedCache, expectedCache.take(1));
            return page;
        }

        private void forget(PageTable table, int runs) {
            for (int run = 0; run < Math.min(runs, table.length()); run++) {
                if (table.page(run) != PageTable.ABSENT) {
                    int page = table.remove(run);
                    erase(actualCache, page);
                    erase(expectedCache, page);
                    actualCache.give(1, page);
                    expectedCache.give(1, page);
                }
            }
        }

        private void erase(KvCache cache, int page) {
            long bytes = cache.layerBytes(2);
            cache.slab(2, page).asSlice(cache.base(2, page), bytes).fill((byte) 0xff);
        }

        @Override
        public void close() {
            expectedCache.close();
            actualCache.close();
        }
    }
}
