package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.kernel.Backend;
import orrery.kernel.KvCache;
import orrery.model.Decoder;
import orrery.model.Weights;
import orrery.tensor.DType;
import orrery.tensor.KvType;
import orrery.tensor.Tensor;

/**
 * A sequence gives the same text alone and among others, however its prompt is chunked, after preemption, with a cached
 * prefix, and with draft tokens. With packed weights its logits are the same bits, and with float weights where these
 * are multiplied in machine code; otherwise those are as close as the rounding of another order of sums.
 */
final class RowsInCompanyTest {
    private static final int PAGE = 16;
    private static final int CONTEXT = 64;
    private static final int OTHERS = 63;
    private static final int MOST_ROWS = 2048;
    private static final List<DType> TYPES = List.of(
            DType.Q8_0, DType.Q6_K, DType.Q5_K, DType.Q4_K, DType.MXFP4, DType.Q2_K, DType.BF16, DType.F16, DType.F32);

    @TempDir
    Path folder;

    static Stream<Arguments> models() {
        var plain = Stream.of(CompanyModels.DENSE, CompanyModels.ABSORBING)
                .flatMap(model -> TYPES.stream()
                        .map(dtype -> Arguments.argumentSet(model + " in " + dtype, model, dtype, KvType.F32)));
        var quantized = Stream.of(
                        CompanyModels.DENSE, CompanyModels.DENSE_SHORT_BLOCKS, CompanyModels.ABSORBING_SHORT_BLOCKS)
                .map(model -> Arguments.argumentSet(model + ", cache in q8", model, DType.Q8_0, KvType.Q8));
        return Stream.concat(plain, quantized);
    }

    /** A request: a prompt, the answer's seed and its number of tokens. */
    private record Asked(int[] prompt, long seed, int tokens) {}

    /** Its result: the answer, and the logits that each of its tokens was drawn from. */
    private record Answer(List<Integer> tokens, List<float[]> logits) {}

    /** How a model is run. */
    private record Way(int prefillRows, int maxSequences, int pages, List<Answer> guesses) {
        static final Way ALONE = new Way(256, 1, CONTEXT / PAGE, List.of());
        static final Way TOGETHER = new Way(256, OTHERS + 1, (OTHERS + 1) * CONTEXT / PAGE, List.of());

        Way inChunksOf(int rows) {
            return new Way(rows, maxSequences, pages, guesses);
        }
    }

    /** Runs sequences to their end. */
    private static final class Runner {
        private final Decoder decoder;
        private final KvCache cache;
        private final Scheduler scheduler;
        private Tensor logits;
        private int recomputed;
        private int reused;

        Runner(Decoder decoder, KvCache cache, Way way) {
            this.decoder = decoder;
            this.cache = cache;
            var speculation = way.guesses.isEmpty() ? Speculation.NONE : Speculation.MTP;
            scheduler = new Scheduler(cache, way.prefillRows, way.maxSequences, CONTEXT, speculation, _ -> 1);
            logits = decoder.kernels().allocate(1, 1);
        }

        private final class Turn implements Sequence.Recipient {
            final Answer answer = new Answer(new ArrayList<>(), new ArrayList<>());
            final Sequence sequence;
            private final Asked asked;
            private boolean began;

            Turn(Asked asked) {
                this.asked = asked;
                sequence = new Sequence(asked.prompt, asked.prompt.length + asked.tokens, cache.pools(), this);
                scheduler.submit(sequence);
            }

            @Override
            public void begin(Sequence ignored) {
                recomputed += began && sequence.from == 0 ? 1 : 0;
                began = true;
            }

            @Override
            public void accept(Sequence ready, int row) {
                var copy = new float[decoder.spec().vocabSize()];
                decoder.kernels().read(copy, logits, row);
                int token = drawn(copy, asked.seed + answer.tokens.size());
                answer.logits.add(copy);
                answer.tokens.add(token);
                ready.append(token);
                if (answer.tokens.size() == asked.tokens) {
                    scheduler.finish(ready);
                }
            }

            @Override
            public void fail(EngineException why) {
                throw why;
            }

            /** The right next token, and every third time another one. */
            void guess(Answer expected) {
                int next = answer.tokens.size();
                if (sequence.hasUseForAGuess() && sequence.pending() == 1) {
                    int right = expected.tokens.get(next);
                    sequence.guess =
                            next % 3 == 2 ? (right + 1) % decoder.spec().vocabSize() : right;
                }
            }
        }

        List<Answer> run(List<Asked> asked, List<Answer> guesses) {
            var turns = asked.stream().map(Turn::new).toList();
            while (scheduler.next()) {
                logits = decoder.forward(scheduler.step(), cache);
                scheduler.accept();
                scheduler.settle();
                for (int i = 0; i < guesses.size(); i++) {
                    turns.get(i).guess(guesses.get(i));
                }
            }
            reused = turns.getLast().sequence.reused;
            return turns.stream().map(turn -> turn.answer).toList();
        }
    }

    private static int drawn(float[] logits, long seed) {
        double most = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double sum = 0;
        var upTo = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            sum += Math.exp(logits[i] - most);
            upTo[i] = sum;
        }
        double point = new SplittableRandom(seed).nextDouble(sum);
        int found = Arrays.binarySearch(upTo, point);
        return found < 0 ? -found - 1 : found + 1;
    }

    private static List<Asked> questions(int count) {
        var random = new SplittableRandom(7);
        return IntStream.range(0, count)
                .mapToObj(i -> new Asked(
                        random.ints(i == 0 ? 45 : random.nextInt(1, 24), 0, 320).toArray(), random.nextLong(), 8))
                .toList();
    }

    private static int[] text(Asked asked, Answer answer) {
        return IntStream.concat(
                        Arrays.stream(asked.prompt), answer.tokens.stream().mapToInt(token -> token))
                .toArray();
    }

    /** A model's decoder and what it answers. */
    private static final class Model implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final orrery.kernel.Kernels kernels;
        private final Decoder decoder;
        /** Whether sums have one order for any number of rows: those of packed weights always have. */
        private final boolean oneOrder;

        private final KvType kvType;

        Model(CompanyModels model, DType dtype, KvType kvType, Path folder) {
            this(model, dtype, kvType, folder, false);
        }

        Model(CompanyModels model, DType dtype, KvType kvType, Path folder, boolean bf16Activations) {
            this.kvType = kvType;
            var backend = Backend.best();
            oneOrder = dtype.blocked() || backend.name().equals("jit");
            assumeTrue(!backend.name().equals("scalar"), "no fast backend can be used here");
            kernels = backend.open(new Backend.Options(2).withBf16Activations(bf16Activations));
            var spec = model.spec(folder);
            var weights = new Weights(spec, CompanyModels.weights(arena, spec, dtype));
            decoder = new Decoder(spec, weights, kernels, MOST_ROWS, 2 * (OTHERS + 1));
        }

        List<Answer> answers(List<Asked> asked, Way way) {
            return answers(asked, way, 0);
        }

        List<Answer> answers(List<Asked> asked, Way way, int leastRecomputed) {
            try (var cache = new KvCache(decoder.spec().caches(), kvType, PAGE, way.pages)) {
                var runner = new Runner(decoder, cache, way);
                var answers = runner.run(asked, way.guesses);
                assertThat(runner.recomputed).isGreaterThanOrEqualTo(leastRecomputed);
                return answers;
            }
        }

        /** The second question's answer, with a cache that holds the first one's text, its prefix. */
        List<Answer> continued(Asked first, Asked second) {
            try (var cache = new KvCache(decoder.spec().caches(), kvType, PAGE, Way.ALONE.pages)) {
                var runner = new Runner(decoder, cache, Way.ALONE);
                runner.run(List.of(first), List.of());
                var answers = runner.run(List.of(second), List.of());
                assertThat(runner.reused).as("tokens of a known text").isGreaterThan(first.prompt.length);
                return answers;
            }
        }

        /** One after another. */
        List<Answer> alone(List<Asked> asked, Way way) {
            return asked.stream()
                    .flatMap(one -> answers(List.of(one), way).stream())
                    .toList();
        }

        void assertSame(List<Answer> found, List<Answer> expected, String where) {
            for (int i = 0; i < expected.size(); i++) {
                for (int t = 0; t < expected.get(i).tokens.size(); t++) {
                    float[] one = found.get(i).logits.get(t);
                    float[] other = expected.get(i).logits.get(t);
                    if (oneOrder) {
                        assertThat(Arrays.mismatch(one, other))
                                .as("%s: the first logit that differs, text %d, token %d", where, i, t)
                                .isEqualTo(-1);
                    } else {
                        assertThat(one).as("%s: text %d, token %d", where, i, t).containsExactly(other, within(2e-4f));
                    }
                }
                assertThat(found.get(i).tokens).as("%s: text %d", where, i).isEqualTo(expected.get(i).tokens);
            }
        }

        @Override
        public void close() {
            kernels.close();
            arena.close();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aTextDoesNotDependOnWhatElseRunsOrHowItIsComputed(CompanyModels shape, DType dtype, KvType kvType) {
        try (var model = new Model(shape, dtype, kvType, folder)) {
            assertSameText(model);
        }
    }

    /** Activations are rounded per row, too. */
    @ParameterizedTest
    @EnumSource(names = {"DENSE", "ABSORBING"})
    void aTextWithRoundedActivationsDoesNotDependOnOthersEither(CompanyModels shape) {
        var missing = Backend.best().missingForBf16();
        assumeTrue(missing.isEmpty(), () -> String.valueOf(missing));
        try (var model = new Model(shape, DType.BF16, KvType.F16, folder, true)) {
            assertSameText(model);
        }
    }

    private static void assertSameText(Model model) {
        var all = questions(OTHERS + 1);
        var few = all.subList(0, 3);
        var expected = model.alone(few, Way.ALONE);
        assertThat(expected.stream().flatMap(one -> one.tokens.stream()).distinct())
                .as("answers that say something")
                .hasSizeGreaterThan(12);
        model.assertSame(model.answers(all, Way.TOGETHER), expected, "among " + OTHERS + " others");
        for (int rows : new int[] {1, 7}) {
            model.assertSame(model.alone(few, Way.ALONE.inChunksOf(rows)), expected, "in chunks of " + rows);
        }
        model.assertSame(
                model.answers(all.subList(0, 8), Way.TOGETHER.inChunksOf(7)), expected, "in chunks, among 7 others");
        var crowded = new Way(256, 8, 8, List.of());
        model.assertSame(model.answers(all.subList(0, 8), crowded, 1), expected, "after making room");
        var next = new Asked(text(few.getFirst(), expected.getFirst()), 5, 6);
        model.assertSame(
                model.continued(few.getFirst(), next), model.alone(List.of(next), Way.ALONE), "of a known beginning");
        var guessing = new Way(256, 3, 64, expected);
        model.assertSame(model.answers(few, guessing), expected, "with guesses");
    }

    /** Whether a sequence's latents are expanded depends only on its own rows. */
    @ParameterizedTest
    @MethodSource("types")
    void expandedLatentsDoNotDependOnOthersEither(DType dtype) {
        try (var model = new Model(CompanyModels.EXPANDING, dtype, KvType.F32, folder)) {
            var all = questions(12);
            var whole = new Way(1024, 12, 12 * CONTEXT / PAGE, List.of());
            var expected = model.alone(all.subList(0, 3), whole);
            model.assertSame(model.answers(all, whole), expected, "among 11 others");
        }
    }

    static Stream<DType> types() {
        return TYPES.stream();
    }
}
