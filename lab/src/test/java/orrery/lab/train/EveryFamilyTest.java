package orrery.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.catalog.OpenCheckpoint;

/** The configs of the goldens, trained for a few steps and read back. */
final class EveryFamilyTest {
    private static final Path GOLDENS = Path.of("..", "core", "src", "test", "resources", "goldens");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai-gpt",
                "gpt2",
                "llama-3.1",
                "mistral-7b-v0.1",
                "olmo-2-gqa",
                "gemma-2",
                "gemma-3",
                "gemma-3n",
                "qwen-3",
                "qwen-3-moe",
                "llama-4",
                "deepseek-v2-lite",
                "deepseek-v3",
                "deepseek-v3-mtp"
            })
    void writesACheckpointThatReadsBackAndLearns(String golden) throws Exception {
        var json = Files.readString(GOLDENS.resolve(golden).resolve("config.json"))
                .replaceFirst("\"vocab_size\": \\d+", "\"vocab_size\": 260");
        var out = folder.resolve("out");
        var plan = new TrainingPlan(16, 2, 8, 1e-2, 2, 0.1, 0.1, 1, OptimizerKind.MUON, 0.1, 0, 16, 5);
        var seen = new TinyRun();

        try (var run = TinyRun.start(folder, json, "abcdefgh".repeat(30), plan, out)) {
            run.train(seen);
            assertThat(run.parameters()).isPositive();
        }

        assertThat(seen.steps.getLast().loss()).isLessThan(seen.steps.getFirst().loss() - 1);
        try (var open = OpenCheckpoint.open(out)) {
            assertThat(open.checkpoint().notes()).isEmpty();
        }
    }
}
