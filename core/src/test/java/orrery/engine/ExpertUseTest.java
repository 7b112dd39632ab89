package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.KvCache;
import orrery.kernel.PageTable;
import orrery.kernel.Step;
import orrery.model.Decoder;
import orrery.model.Observer;
import orrery.model.Weights;

/** Each session counts the experts of its own rows only, although steps are shared. */
final class ExpertUseTest {
    private static final EngineOptions OPTIONS = EngineOptions.defaults()
            .withThreads(2)
            .withContext(96)
            .withPrefillRows(7)
            .withMaxSequences(3);

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void make() {
        model = DraftingModels.RANDOM.in(folder);
    }

    private static Request request(int length, int maxTokens) {
        int[] prompt =
                IntStream.range(0, length).map(i -> (i * 31 + length) % 320).toArray();
        return Request.of(prompt).withIgnoreStopIds(true).withMaxTokens(maxTokens);
    }

    /** The experts of the tokens in a step of their own; by layer. */
    private static TreeMap<Integer, long[]> alone(int[] tokens) {
        var counts = new TreeMap<Integer, long[]>();
        try (var file = ModelFile.open(model);
                var kernels = Backend.best().open(new Backend.Options(1))) {
            var bound = Catalog.open(file);
            var spec = bound.description().spec();
            var decoder = new Decoder(spec, new Weights(spec, bound.weights()), kernels, 128, 1);
            try (var cache = new KvCache(spec.caches(), 128, 1)) {
                var pages = new PageTable[] {new PageTable()};
                pages[0].append(cache.take(0));
                var step = new Step(128);
                int index = step.addSequence(pages);
                for (int i = 0; i < tokens.length; i++) {
                    step.add(index, tokens[i], i, false);
                }
                decoder.forward(step, cache, Observer.NONE, (layer, routing, rows) -> {
                    assertThat(rows).isEqualTo(tokens.length);
                    var ofLayer = counts.computeIfAbsent(layer, _ -> new long[routing.experts()]);
                    for (int expert = 0; expert < routing.experts(); expert++) {
                        ofLayer[expert] += routing.rowsOf(expert);
                    }
                });
            }
        }
        return counts;
    }

    @Test
    void countsWhatItsOwnRowsUsedAmongOthers() {
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 6; i++) {
            // One without counting, between those that count.
            requests.add(request(3 + 5 * i, 9 + i).withCountedExperts(i != 2));
        }
        try (var engine = Engine.open(model, OPTIONS)) {
            var sessions = requests.stream().map(engine::submit).toList();
            for (int i = 0; i < sessions.size(); i++) {
                var session = sessions.get(i);
                session.text();
                if (i == 2) {
                    assertThatThrownBy(session::expertUse)
                            .isInstanceOf(EngineException.class)
                            .hasMessageContaining("were not counted");
                    continue;
                }
                int[] prompt = requests.get(i).prompt();
                int[] answer = session.tokens();
                // The last token is chosen, but never computed.
                int[] rows = Arrays.copyOf(prompt, prompt.length + answer.length - 1);
                System.arraycopy(answer, 0, rows, prompt.length, answer.length - 1);
                var expected = alone(rows);
                var layers = session.expertUse().layers();
                assertThat(layers).extracting(ExpertUse.Layer::index).containsExactly(1, 2);
                for (var layer : layers) {
                    assertThat(layer.counts()).isEqualTo(expected.get(layer.index()));
                    assertThat(layer.total()).isEqualTo(3L * rows.length);
                    assertThat(layer.active()).isEqualTo(3);
                }
            }
        }
    }

    @Test
    void countsTheDraftsExpertsAndTheRowsOfGuesses() {
        try (var engine = Engine.open(model, OPTIONS.withSpeculation(Speculation.MTP));
                var other = engine.submit(request(30, 40));
                var session = engine.submit(request(10, 21).withCountedExperts(true))) {
            session.text();
            other.text();
            var layers = session.expertUse().layers();
            assertThat(layers).extracting(ExpertUse.Layer::index).containsExactly(1, 2, 3);
            var usage = session.usage();
            int wrong = usage.draftedTokens() - usage.acceptedTokens();
            long rows = layers.getFirst().total() / 3;
            // An accepted draft token whose own logits were no longer wanted has a row, too.
            assertThat(rows).isBetween(30L + wrong, 31L + wrong);
            assertThat(layers.get(1).total()).isEqualTo(3 * rows);
            assertThat(layers.get(2).total()).isBetween(3L * 27, 3L * 30);
        }
    }

    @Test
    void aModelWithoutExpertsHasNoLayersToCount() {
        try (var engine = Demo.open();
                var session = engine.submit(Request.of(2, 4).withMaxTokens(3).withCountedExperts(true))) {
            session.text();
            assertThat(session.expertUse().layers()).isEmpty();
        }
    }

    @Test
    void tellsEvenUseFromUneven() {
        var even = new ExpertUse.Layer(0, 2, new long[] {4, 4, 4, 4});
        var single = new ExpertUse.Layer(0, 2, new long[] {0, 9, 0, 0});
        var unused = new ExpertUse.Layer(0, 2, new long[4]);
        var half = new ExpertUse.Layer(0, 2, new long[] {5, 5, 0, 0});
        assertThat(List.of(even, single, unused, half))
                .extracting(ExpertUse.Layer::distinct)
                .containsExactly(4, 1, 0, 2);
        assertThat(even.balance()).isCloseTo(1, within(1e-12));
        assertThat(single.balance()).isZero();
        assertThat(unused.balance()).isZero();
        assertThat(half.balance()).isCloseTo(0.5, within(1e-12));
    }
}
