package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.CountingKernels;
import orrery.kernel.KvCache;
import orrery.model.Decoder;
import orrery.model.Goldens;
import orrery.model.Weights;
import orrery.tensor.Tensor;

/**
 * The logits of a conversation's next turn are the same whether its past was cached or is computed again; for
 * everything that layers cache.
 */
final class PrefixReuseTest {
    private static final int CONTEXT = 40;

    static Stream<Arguments> everyCheckpoint() {
        return Goldens.all().stream()
                .map(checkpoint ->
                        Arguments.argumentSet(checkpoint.getFileName().toString(), checkpoint));
    }

    /** Runs sequences to their end, greedily, and records the logits. */
    private static final class Runner implements AutoCloseable {
        private final Decoder decoder;
        private final KvCache cache;
        private final Scheduler scheduler;
        private Tensor logits;

        Runner(Decoder decoder) {
            this.decoder = decoder;
            cache = new KvCache(decoder.spec().caches(), 4, 100);
            scheduler = new Scheduler(cache, 5, 8, CONTEXT);
            logits = decoder.kernels().allocate(1, 1);
        }

        /** Runs what was submitted to its end. */
        void run() {
            while (scheduler.next()) {
                logits = decoder.forward(scheduler.step(), cache);
                scheduler.accept();
                scheduler.settle();
            }
        }

        private final class Turn implements Sequence.Recipient {
            final Sequence sequence;
            final List<float[]> rows = new ArrayList<>();
            private final int limit;

            Turn(int limit, int... prompt) {
                this.limit = limit;
                sequence = new Sequence(prompt, limit, cache.pools(), this);
                scheduler.submit(sequence);
            }

            @Override
            public void accept(Sequence ready, int row) {
                var copy = new float[decoder.spec().vocabSize()];
                decoder.kernels().read(copy, logits, row);
                rows.add(copy);
                ready.append(decoder.kernels().argmax(logits, row));
                if (ready.length() >= limit) {
                    scheduler.finish(ready);
                }
            }

            @Override
            public void fail(EngineException why) {
                throw why;
            }

            int[] tokens() {
                return IntStream.range(0, sequence.length())
                        .map(sequence::token)
                        .toArray();
            }
        }

        @Override
        public void close() {
            cache.close();
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpoint")
    void givesTheSameLogitsFromAKeptPastAsFromAFreshOne(Path checkpoint) {
        try (var file = ModelFile.open(checkpoint);
                var kernels = Backend.named("scalar").open(new Backend.Options(1))) {
            var bound = Catalog.open(file);
            var spec = bound.description().spec();
            var decoder = new Decoder(spec, new Weights(spec, bound.weights()), kernels, 13, 8);
            try (var kept = new Runner(decoder);
                    var fresh = new Runner(decoder)) {
                int vocabSize = spec.vocabSize();
                int[] prompt =
                        IntStream.range(0, 9).map(i -> (i * 37 + 5) % vocabSize).toArray();
                var first = kept.new Turn(21, prompt);
                kept.run();
                int[] next = Arrays.copyOf(first.tokens(), 26);
                var second = kept.new Turn(CONTEXT, next);
                var again = fresh.new Turn(CONTEXT, next);
                kept.run();
                fresh.run();
                assertThat(second.sequence.reused).isEqualTo(20);
                assertThat(again.sequence.reused).isZero();
                assertThat(second.tokens()).isEqualTo(again.tokens());
                assertThat(second.rows).hasSize(CONTEXT - 26);
                assertSame(second, again);
            }
        }
    }

    private static void assertSame(Runner.Turn turn, Runner.Turn expected) {
        assertThat(turn.tokens()).isEqualTo(expected.tokens());
        assertThat(turn.rows).hasSameSizeAs(expected.rows);
        for (int i = 0; i < turn.rows.size(); i++) {
            assertThat(turn.rows.get(i)).containsExactly(expected.rows.get(i), within(1e-5f));
        }
    }

    /** Eight prompts with a common prefix, and two more tokens for each. */
    private static List<Runner.Turn> eight(Runner runner, int common) {
        int vocabSize = runner.decoder.spec().vocabSize();
        return IntStream.range(0, 8)
                .mapToObj(kind -> {
                    int[] prompt = IntStream.range(0, common + 4)
                            .map(i -> (i * 37 + 5 + (i < common ? 0 : kind + 1)) % vocabSize)
                            .toArray();
                    return runner.new Turn(common + 6, prompt);
                })
                .toList();
    }

    @ParameterizedTest
    @MethodSource("everyCheckpoint")
    void givesTheSameLogitsWhetherAPrefixIsSharedWhileItIsComputedOrNot(Path checkpoint) {
        try (var file = ModelFile.open(checkpoint);
                var kernels = Backend.named("scalar").open(new Backend.Options(1))) {
            var bound = Catalog.open(file);
            var spec = bound.description().spec();
            var decoder = new Decoder(spec, new Weights(spec, bound.weights()), kernels, 13, 8);
            try (var shared = new Runner(decoder)) {
                var turns = eight(shared, 18);
                shared.run();
                for (int i : new int[] {0, 1, 7}) {
                    assertThat(turns.get(i).sequence.reused).isEqualTo(i == 0 ? 0 : 18);
                    try (var alone = new Runner(decoder)) {
                        var expected =
                                alone.new Turn(24, Arrays.copyOf(turns.get(i).tokens(), 22));
                        alone.run();
                        assertSame(turns.get(i), expected);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCheckpoint")
    void aPrefixThatEightSequencesShareIsComputedOnce(Path checkpoint) {
        try (var file = ModelFile.open(checkpoint);
                var kernels = new CountingKernels()) {
            var bound = Catalog.open(file);
            var spec = bound.description().spec();
            var decoder = new Decoder(spec, new Weights(spec, bound.weights()), kernels, 13, 8);
            for (int common : new int[] {16, 18}) {
                try (var shared = new Runner(decoder)) {
                    eight(shared, common);
                    kernels.reset();
                    shared.run();
                    // The rest of each prompt, and the first of the two tokens that follow it.
                    assertThat(kernels.writtenElements(shared.cache))
                            .isEqualTo((common + 8 * 5) * spec.cacheElementsPerToken());
                }
            }
        }
    }
}
