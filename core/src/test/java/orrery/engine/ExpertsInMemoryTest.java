package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.catalog.Catalog;
import orrery.format.ModelFile;
import orrery.kernel.Backend;
import orrery.kernel.Kernels;
import orrery.kernel.Routing;
import orrery.model.Decoder;
import orrery.model.ExpertBank;
import orrery.model.Weights;

/** Which experts get a copy, and that there are never more copies than requested. */
final class ExpertsInMemoryTest {
    private static final long PLENTY = 1L << 40;

    private ModelFile file;
    private Kernels kernels;
    private List<ExpertBank> banks;

    @BeforeEach
    void open() {
        file = ModelFile.open(DraftingModels.GOLDEN);
        kernels = Backend.named("scalar").open(new Backend.Options(1));
        var bound = Catalog.open(file);
        var spec = bound.description().spec();
        // Three banks of eight, of which a row goes to three.
        banks = new Decoder(spec, new Weights(spec, bound.weights()), kernels, 4, 1).experts();
    }

    @AfterEach
    void close() {
        kernels.close();
        file.close();
    }

    /** Steps of one row; the chosen experts of a bank are consecutive from a given one on. */
    private void steps(ExpertsInMemory held, int steps, IntUnaryOperator firstInBank, int most) {
        var routing = new Routing(1, 8, 3);
        for (int step = 0; step < steps; step++) {
            for (int bank = 0; bank < banks.size(); bank++) {
                for (int slot = 0; slot < 3; slot++) {
                    routing.choose(0, slot, (firstInBank.applyAsInt(bank) + slot) % 8, 1);
                }
                routing.group(1);
                held.used(bank, routing);
            }
            held.refresh();
            assertThat(holding(held)).isLessThanOrEqualTo(most);
            assertThat(held.bytes()).isLessThanOrEqualTo(most * banks.getFirst().bytes(0));
        }
    }

    private int holding(ExpertsInMemory held) {
        int count = 0;
        for (int bank = 0; bank < banks.size(); bank++) {
            for (int expert = 0; expert < 8; expert++) {
                count += held.holds(bank, expert) ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void holdsThoseThatAreUsed() {
        try (var held = new ExpertsInMemory(banks, "m", 9, PLENTY)) {
            assertThat(held.bytes()).isZero();
            steps(held, 20, bank -> 2 * bank, 9);
            assertThat(held.bytes()).isEqualTo(9 * banks.getFirst().bytes(0));
            for (int bank = 0; bank < 3; bank++) {
                for (int slot = 0; slot < 3; slot++) {
                    assertThat(held.holds(bank, 2 * bank + slot)).isTrue();
                }
            }
        }
    }

    @Test
    void replacesThoseThatAreNoLongerTheMostUsed() {
        try (var held = new ExpertsInMemory(banks, "m", 9, PLENTY)) {
            steps(held, 40, _ -> 0, 9);
            assertThat(held.holds(2, 0)).isTrue();
            steps(held, 400, _ -> 4, 9);
            for (int bank = 0; bank < 3; bank++) {
                assertThat(held.holds(bank, 0)).isFalse();
                assertThat(held.holds(bank, 4)).isTrue();
            }
        }
    }

    @Test
    void prefersTheLayersThatUseFewer() {
        var random = new Random(1);
        try (var held = new ExpertsInMemory(banks, "m", 5, PLENTY)) {
            // The last bank always uses the same three, the others any.
            steps(held, 500, bank -> bank == 2 ? 1 : random.nextInt(8), 5);
            assertThat(IntStream.range(1, 4).allMatch(expert -> held.holds(2, expert)))
                    .isTrue();
        }
    }

    @Test
    void makesAFewCopiesAStep() {
        try (var held = new ExpertsInMemory(banks, "m", 24, PLENTY)) {
            for (int step = 1; step < 9; step++) {
                steps(held, 1, _ -> 0, 24);
                // Nine experts per token: less than a sixteenth is one.
                assertThat(holding(held)).isEqualTo(step);
            }
        }
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThatThrownBy(() -> new ExpertsInMemory(List.of(), "demo", 3, PLENTY))
                .isInstanceOf(EngineException.class)
                .hasMessage("experts_in_memory is 3, but demo has no experts");
        long bytes = banks.getFirst().bytes(0);
        assertThatThrownBy(() -> new ExpertsInMemory(banks, "m", 4, 4 * bytes - 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("that many experts take " + 4 * bytes + " bytes")
                .hasMessageContaining("expected at most 3");
        // A larger number than there are experts means all.
        new ExpertsInMemory(banks, "m", Integer.MAX_VALUE, 24 * bytes).close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 100})
    void changesNoText(int most, @TempDir Path folder) {
        var model = DraftingModels.RANDOM.in(folder);
        for (var speculation : Speculation.values()) {
            var options = EngineOptions.defaults().withThreads(2).withSpeculation(speculation);
            var request = Request.of(5, 6, 7).withIgnoreStopIds(true).withMaxTokens(120);
            try (var plain = Engine.open(model, options);
                    var holding = Engine.open(model, options.withExpertsInMemory(most))) {
                try (var expected = plain.submit(request);
                        var session = holding.submit(request)) {
                    expected.text();
                    session.text();
                    assertThat(session.tokens()).isEqualTo(expected.tokens());
                }
                assertThat(plain.expertBytesHeld()).isZero();
                assertThat(holding.expertBytesHeld())
                        .isBetween(1L, most * banks.getFirst().bytes(0));
            }
        }
        assertThatThrownBy(
                        () -> Engine.open(Demo.MODEL, EngineOptions.defaults().withExpertsInMemory(most)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("demo-model has no experts");
    }
}
