package orrery.lab.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.ablation.Ablation;
import orrery.ablation.Cell;
import orrery.lab.data.Recall;
import orrery.lab.data.TextTask;
import orrery.lab.train.OptimizerKind;
import orrery.lab.train.TrainException;
import orrery.lab.train.TrainingPlan;
import orrery.spec.ArchitectureSpec;
import orrery.spec.Reach;

final class GridRunTest {
    private static final Experiment NORMS = Experiment.named("norms");

    @TempDir
    Path folder;

    /** Counts what it learns of, and stops a run in a cell's first step, as a kill would. */
    private static final class Listener implements GridListener {
        private final int cells;
        private final List<String> finished = new ArrayList<>();
        private int skipped;

        Listener(int cells) {
            this.cells = cells;
        }

        @Override
        public void begins(int left, int done, double seconds) {
            skipped = done;
            assertThat(seconds).isEqualTo(0.0);
        }

        @Override
        public void at(long done, long all) {
            if (finished.size() == cells) {
                throw new IllegalStateException("killed");
            }
        }

        @Override
        public void finished(Cell cell) {
            finished.add(cell.name());
        }
    }

    private static TrainingPlan plan(double rate, long seed) {
        return new TrainingPlan(6, 3, 14, rate, 1, 0.1, 0.1, 1, OptimizerKind.ADAMW, 0, 0, 6, seed);
    }

    private static ArchitectureSpec spec(int vocabulary, Reach reach) {
        var attention = TinyModel.attention(2, 1, 6).withReach(reach);
        return new TinyModel(vocabulary, 10, 14).preNorm("tiny", 2, _ -> attention, TinyModel.feedForward(12));
    }

    private static List<Trial> trials() {
        var recall = new Recall(14, 2, 3);
        var text = new TextTask("a rose is a rose is a rose ".repeat(30).getBytes(UTF_8), 14);
        var cuts = List.of(4);
        return List.of(
                new Trial(new TreeMap<>(Map.of("task", "text")), spec(256, Reach.FULL), plan(1e-2, 1), text, cuts),
                new Trial(
                        Map.of("task", "recall"),
                        spec(recall.vocabulary(), new Reach.Window(3)),
                        plan(1e-2, 1),
                        recall));
    }

    private Ablation run(Path file, GridListener listener, List<Trial> trials) {
        DoubleSupplier stopped = () -> 0;
        return GridRun.of(NORMS, trials, "orrery lab test", "a machine", 1, stopped)
                .run(file, listener);
    }

    @Test
    void aGridThatWasKilledAndGoesOnWritesTheSameBytes() throws IOException {
        var whole = folder.resolve("whole.json");
        run(whole, new Listener(9), trials());
        var killed = folder.resolve("killed.json");

        assertThatThrownBy(() -> run(killed, new Listener(1), trials())).hasMessage("killed");
        assertThat(Ablation.read(killed).cells()).hasSize(1);
        var rest = new Listener(9);
        run(killed, rest, trials());

        assertThat(rest.skipped).isEqualTo(1);
        assertThat(rest.finished).containsExactly("task recall, seed 1");
        assertThat(killed).hasSameBinaryContentAs(whole);
        assertThat(Files.readString(whole)).endsWith("]}\n");
    }

    @Test
    void measuresWhatATaskAsksFor() {
        var results = run(folder.resolve("both.json"), new Listener(9), trials());

        var text = results.cells().getFirst();
        assertThat(text.tokens()).isEqualTo(6 * 3 * 14);
        assertThat(text.parameters()).isEqualTo(spec(256, Reach.FULL).parameters());
        assertThat(text.measure("loss").orElseThrow()).isBetween(1.0, 6.0);
        assertThat(text.measures()).containsKeys("gain_beyond_4", "largest_attention_logit", "loss_spikes");
        assertThat(text.ranges()).extracting(Cell.Range::first).containsExactly(1, 2, 4, 8);
        var recall = results.cells().getLast();
        assertThat(recall.measures()).containsKeys("accuracy", "accuracy_beyond_reach");
        // Two layers, each of which reaches two tokens back.
        assertThat(recall.measure("reach")).hasValue(4);
        assertThat(recall.measure("chance").orElseThrow()).isBetween(0.333, 0.334);
        assertThat(Ablation.read(folder.resolve("both.json"))).isEqualTo(results);
    }

    @Test
    void aRunThatDivergesIsAResult() {
        var text = new TextTask("a rose is a rose is a rose ".repeat(30).getBytes(UTF_8), 14);
        var wild = new TrainingPlan(40, 3, 14, 10, 0, 1, 10, 1e30, OptimizerKind.ADAMW, 0, 0, 6, 1);
        var trial = new Trial(Map.of("norms", "pre-norm"), spec(256, Reach.FULL), wild, text);

        var results = run(folder.resolve("wild.json"), new Listener(9), List.of(trial));

        var cell = results.cells().getFirst();
        int step = cell.divergedAt().orElseThrow();
        assertThat(step).isBetween(1, 40);
        assertThat(cell.measure("loss")).isEmpty();
        assertThat(Ablation.read(folder.resolve("wild.json"))).isEqualTo(results);
    }

    @Test
    void resultsOfAnotherExperimentAreNotContinued() {
        var file = folder.resolve("norms.json");
        run(file, new Listener(9), trials());
        DoubleSupplier stopped = () -> 0;
        var other = GridRun.of(Experiment.named("experts"), trials(), "orrery lab test", "a machine", 1, stopped);

        assertThatThrownBy(() -> other.run(file, new Listener(9)))
                .isInstanceOf(TrainException.class)
                .hasMessageContaining("holds results of norms, expected experts");
    }

    @Test
    void smallerGridsArePartsOfLargerOnes() {
        for (var experiment : Experiment.all()) {
            var full =
                    experiment.trials(GridSize.FULL).stream().map(Trial::name).toList();
            var usual =
                    experiment.trials(GridSize.USUAL).stream().map(Trial::name).toList();

            assertThat(full).doesNotHaveDuplicates().containsAll(usual);
            assertThat(experiment.trials(GridSize.QUICK))
                    .extracting(Trial::name)
                    .containsExactly(usual.getFirst());
        }
    }

    @Test
    void modelsOfAnExperimentOnAttentionHaveEquallyManyParameters() {
        var sizes = Experiment.named("attention").trials(GridSize.USUAL).stream()
                .mapToLong(trial -> trial.spec().parameters())
                .summaryStatistics();

        assertThat(sizes.getMax() - sizes.getMin()).isLessThan(sizes.getMax() / 100);
    }

    @Test
    void modelsOfAnExperimentOnExpertsHaveEquallyManyActiveOnes() {
        var active = Experiment.named("experts").trials(GridSize.USUAL).stream()
                .mapToLong(trial -> trial.spec().layers().getFirst().mlp().weights(48).stream()
                        .filter(weight -> !weight.role().startsWith("router"))
                        .mapToLong(weight -> weight.activeParameters())
                        .sum())
                .distinct();

        assertThat(active).containsExactly(3L * 48 * 128);
    }

    @Test
    void anotherNameIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Experiment.named("qk"))
                .isInstanceOf(TrainException.class)
                .hasMessage("there is no experiment \"qk\", expected norms, windows, attention, experts");
    }
}
