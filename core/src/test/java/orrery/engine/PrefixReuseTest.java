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
import orrery.kernel.KvCache;
import orrery.model.Decoder;
import orrery.model.Goldens;
import orrery.model.Weights;
import orrery.tensor.Tensor;

/** The logits of a conversation's next turn are the same whether its past was kept or read again; for everything that layers remember. */
final class PrefixReuseTest {
    private static final int CONTEXT = 40;

    static Stream<Arguments> everyCheckpoint() {
        return Goldens.all().stream()
                .map(checkpoint ->
                        Arguments.argumentSet(checkpoint.getFileName().toString(), checkpoint));
    }

    /** Runs sequences to their end, greedily, and keeps the logits. */
    private static final class Runner implements AutoCloseable {
        private final Decoder decoder;
        private final KvCache cache;
        private final Scheduler scheduler;
        private Tensor logits;

        Runner(Decoder decoder) {
            this.decoder = decoder;
            cache = new KvCache(decoder.spec().caches(), 4, 100);
            scheduler = new Scheduler(cache, 5, 2, CONTEXT);
            logits = decoder.kernels().allocate(1, 1);
        }

        private final class Turn implements Sequence.Recipient {
            final Sequence sequence;
            final List<float[]> rows = new ArrayList<>();
            private final int limit;

            Turn(int limit, int... prompt) {
                this.limit = limit;
                sequence = new Sequence(prompt, limit, cache.pools(), this);
                scheduler.submit(sequence);
                while (scheduler.next()) {
                    logits = decoder.forward(scheduler.step(), cache);
                    scheduler.accept();
                    scheduler.settle();
                }
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
            var decoder = new Decoder(spec, new Weights(spec, bound.weights()), kernels, 7, 2);
            try (var kept = new Runner(decoder);
                    var fresh = new Runner(decoder)) {
                int vocabSize = spec.vocabSize();
                int[] prompt =
                        IntStream.range(0, 9).map(i -> (i * 37 + 5) % vocabSize).toArray();
                var first = kept.new Turn(21, prompt);
                int[] next = Arrays.copyOf(first.tokens(), 26);
                var second = kept.new Turn(CONTEXT, next);
                var again = fresh.new Turn(CONTEXT, next);
                assertThat(second.sequence.reused).isEqualTo(20);
                assertThat(again.sequence.reused).isZero();
                assertThat(second.tokens()).isEqualTo(again.tokens());
                assertThat(second.rows).hasSize(CONTEXT - 26).hasSameSizeAs(again.rows);
                for (int i = 0; i < second.rows.size(); i++) {
                    assertThat(second.rows.get(i)).containsExactly(again.rows.get(i), within(1e-5f));
                }
            }
        }
    }
}
