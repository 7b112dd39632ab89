package orrery.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.catalog.OpenCheckpoint;
import orrery.catalog.Slice;
import orrery.kernel.Backend;
import orrery.lab.tape.Parameters;
import orrery.lab.tape.TrainingPass;

/** A model with a smaller one within, which is trained by turns. */
final class NestedTrainingTest {
    private static final Path GOLDENS = Path.of("..", "core", "src", "test", "resources", "goldens");
    private static final Slice SLICE = Slice.parse("ffn=8");

    private static final String TEXT = "The quick brown fox jumps over the lazy dog, and naps. ".repeat(20);

    @TempDir
    private Path folder;

    private static TrainingPlan plan(Optional<Slice> nested) {
        return new TrainingPlan(36, 3, 12, 1e-2, 4, 0.1, 0.1, 1, OptimizerKind.MUON, 0.1, 0, 40, 5, 1, 0, 0, nested);
    }

    private static String config() throws Exception {
        return Files.readString(GOLDENS.resolve("gemma-3n").resolve("config.json"))
                .replaceAll("\"vocab_size(\\w*)\": \\d+", "\"vocab_size$1\": 260");
    }

    @Test
    void theSmallerModelLearnsOnlyIfItIsTrained() throws Exception {
        double nested = lossOfSlice(Optional.of(SLICE), "nested");
        double whole = lossOfSlice(Optional.empty(), "whole");

        assertThat(nested).isLessThan(0.75 * whole);
    }

    private double lossOfSlice(Optional<Slice> nested, String name) throws Exception {
        var out = folder.resolve(name);
        var seen = new TinyRun();
        try (var run = TinyRun.start(folder, config(), TEXT, plan(nested), out)) {
            run.train(seen);
        }
        assertThat(seen.steps.stream().filter(StepReport::sliced)).hasSize(nested.isPresent() ? 18 : 0);
        int[][] tokens = {TEXT.substring(20, 32).chars().toArray()};
        int[][] targets = {TEXT.substring(21, 33).chars().toArray()};
        try (var open = OpenCheckpoint.open(out)) {
            var spec = open.checkpoint().description().spec();
            try (var parameters = Parameters.copyOf(spec, open.checkpoint().weights());
                    var pass = TrainingPass.ofSlice(
                            SLICE.of(spec), parameters, Backend.best().open(new Backend.Options(2)), 1, 12)) {
                float[] losses = pass.losses(tokens, targets)[0];
                double sum = 0;
                for (float loss : losses) {
                    sum += loss;
                }
                return sum / losses.length;
            }
        }
    }

    @Test
    void aModelWithoutNestedOnesIsRefused() {
        assertThatThrownBy(() ->
                        TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan(Optional.of(SLICE)), folder.resolve("out")))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("has no slices");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
