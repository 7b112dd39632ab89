package orrery.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.catalog.OpenCheckpoint;
import orrery.lab.tape.Parameters;

final class ExpertBalanceTest {
    private static final Path GOLDENS = Path.of("..", "core", "src", "test", "resources", "goldens");
    private static final String TEXT = "one two three four five six seven eight nine ten ".repeat(12);

    @TempDir
    private Path folder;

    private static String config(String golden) throws Exception {
        return Files.readString(GOLDENS.resolve(golden).resolve("config.json"))
                .replaceFirst("\"vocab_size\": \\d+", "\"vocab_size\": 260");
    }

    private static TrainingPlan plan(int steps, int accumulate, double biasStep, double balanceWeight) {
        return new TrainingPlan(
                steps,
                3,
                16,
                5e-3,
                2,
                0.1,
                0.1,
                1,
                OptimizerKind.ADAMW,
                0.1,
                0,
                4,
                5,
                accumulate,
                biasStep,
                balanceWeight,
                Optional.empty());
    }

    @Test
    void aBiasRisesForAnIdleExpertAndFallsForABusyOne() throws Exception {
        try (var open = OpenCheckpoint.open(GOLDENS.resolve("deepseek-v3-mtp"))) {
            var spec = open.checkpoint().description().spec();
            try (var parameters = Parameters.zeros(spec)) {
                var balance = new ExpertBalance(parameters, spec, 0.25);
                balance.update(Map.of(1, new long[] {9, 0, 3, 3, 3, 3, 2, 1}, 3, new long[] {0, 0, 0, 0, 0, 0, 0, 8}));

                assertThat(values(parameters, "layers.1.mlp.router.bias"))
                        .containsExactly(-0.25f, 0.25f, 0, 0, 0, 0, 0.25f, 0.25f);
                assertThat(values(parameters, "layers.2.mlp.router.bias")).containsOnly(0);
                var draft = parameters.all().stream()
                        .map(each -> each.path())
                        .filter(path -> path.startsWith("draft.") && path.endsWith("router.bias"))
                        .findFirst();
                assertThat(values(parameters, draft.orElseThrow())).contains(-0.25f, 0.25f);
            }
        }
    }

    private static float[] values(Parameters parameters, String path) {
        return parameters.of(path).getFirst().value().data().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The auxiliary loss and the bias both make the busiest expert less busy. */
    @ParameterizedTest
    @CsvSource({"deepseek-v3, 0.02, 0", "qwen-3-moe, 0, 0.3"})
    void balancingLowersTheLargestLoad(String golden, double biasStep, double weight) throws Exception {
        double without = largestLoad(golden, plan(40, 1, 0, 0), "without");
        double with = largestLoad(golden, plan(40, 1, biasStep, weight), "with");

        assertThat(with).isLessThan(0.9 * without);
    }

    private double largestLoad(String golden, TrainingPlan plan, String name) throws Exception {
        var seen = new TinyRun();
        try (var run = TinyRun.start(folder, config(golden), TEXT, plan, folder.resolve(name))) {
            run.train(seen);
        }
        return seen.steps.subList(30, 40).stream()
                .mapToDouble(StepReport::largestLoad)
                .average()
                .orElseThrow();
    }

    @Test
    void aBalancedRunWithSeveralBatchesAStepIsResumedBitForBit() throws Exception {
        var plan = plan(8, 3, 1e-2, 0.1);
        var whole = folder.resolve("whole");
        var broken = folder.resolve("broken");
        var seen = new TinyRun();
        try (var run = TinyRun.start(folder, config("deepseek-v3-mtp"), TEXT, plan, whole)) {
            run.train(seen);
        }
        try (var run = TinyRun.start(folder, config("deepseek-v3-mtp"), TEXT, plan, broken)) {
            assertThatThrownBy(() -> run.train(new Stopped(6))).hasMessage("stopped");
        }
        try (var run = TinyRun.resume(folder, config("deepseek-v3-mtp"), TEXT, plan, 1, broken)) {
            assertThat(run.step()).isEqualTo(4);
            run.train(new TinyRun());
        }

        for (var name : List.of("loss.jsonl", "model.safetensors", "training.state")) {
            assertThat(broken.resolve(name)).as(name).hasSameBinaryContentAs(whole.resolve(name));
        }
        assertThat(Files.readString(whole.resolve("loss.jsonl"))).contains("\"expert_loads\":{\"1\":[");
        for (var step : seen.steps) {
            assertThat(step.tokens()).isEqualTo(3 * 3 * 16);
            assertThat(step.expertLoads()).containsOnlyKeys(1, 2, 3);
            step.expertLoads()
                    .forEach((_, each) -> assertThat(LongStream.of(each).sum()).isEqualTo(3 * 3 * 3 * 16));
        }
    }

    private record Stopped(int at) implements TrainingListener {
        @Override
        public void stepped(StepReport report) {
            if (report.step() == at) {
                throw new IllegalStateException("stopped");
            }
        }

        @Override
        public void validated(ValidationReport report) {}

        @Override
        public void saved(int step) {}
    }

    /** With a learning rate that changes nothing, steps of one batch show the losses that one of several averages. */
    @Test
    void aStepOfSeveralBatchesHasTheirMeanLoss() throws Exception {
        var seen = new TinyRun[] {new TinyRun(), new TinyRun()};
        for (int i = 0; i < 2; i++) {
            var plan = new TrainingPlan(
                    i == 0 ? 3 : 1,
                    2,
                    10,
                    1e-30,
                    0,
                    1,
                    0,
                    1,
                    OptimizerKind.ADAMW,
                    0.1,
                    0,
                    9,
                    5,
                    i == 0 ? 1 : 3,
                    0,
                    0,
                    Optional.empty());
            try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, plan, folder.resolve("" + i))) {
                run.train(seen[i]);
            }
        }
        var apart = seen[0].steps.stream().mapToDouble(StepReport::loss).toArray();
        double together = seen[1].steps.getFirst().loss();
        assertThat(together).isCloseTo((apart[0] + apart[1] + apart[2]) / 3, within(1e-6));
        assertThat(apart[0]).isNotEqualTo(apart[1]);
        assertThat(seen[1].steps.getFirst().gradientNorm())
                .isLessThan(seen[0].steps.stream()
                        .mapToDouble(StepReport::gradientNorm)
                        .max()
                        .orElseThrow());
    }
}
