package orrery.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.OrreryException;
import orrery.catalog.OpenCheckpoint;
import orrery.format.Safetensors;
import orrery.format.SafetensorsWriter;
import orrery.tensor.Tensor;

final class TrainingErrorsTest {
    private static final String TEXT = "All work and no play makes Jack a dull boy. ".repeat(10);

    @TempDir
    private Path folder;

    private void fails(String json, String text, TrainingPlan plan, String message) {
        assertThatThrownBy(() -> TinyRun.start(folder, json, text, plan, folder.resolve("out")))
                .isInstanceOf(OrreryException.class)
                .message()
                .contains(message);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aTextIsNeitherEmptyNorShorterThanTheContext() {
        fails(TinyRun.LLAMA, "", TinyRun.PLAN, "text.txt is empty, expected a text to train on");
        fails(
                TinyRun.LLAMA,
                "0123456789",
                TinyRun.PLAN,
                "text.txt has 9 tokens to train on, besides 1 for validation, expected at least 11 for a context of 10");
        fails(
                TinyRun.LLAMA,
                "0123456789".repeat(10),
                TinyRun.PLAN,
                "has 10 tokens for validation, expected at least 11 for a context of 10; --validation 0 trains on all");
    }

    @Test
    void aSpecThatCannotBeTrainedIsRefused() {
        fails(
                TinyRun.LLAMA.replace("257", "255"),
                TEXT,
                TinyRun.PLAN,
                "config.json: vocab_size is 255, expected 256 or more for bytes");
        fails(
                TinyRun.LLAMA.replace("\"llama\"", "\"mamba\""),
                TEXT,
                TinyRun.PLAN,
                "model_type \"mamba\" is an unknown architecture");
        fails(
                TinyRun.LLAMA.replace(
                        "\"vocab_size\"",
                        "\"quantization_config\": {\"quant_method\": \"fp8\", \"weight_block_size\": [128, 128]},"
                                + " \"vocab_size\""),
                TEXT,
                TinyRun.PLAN,
                "config.json has a quantization_config; a model of plain text is trained, in F32");
        fails(
                TinyRun.LLAMA.replace("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 8"),
                TEXT,
                TinyRun.PLAN,
                "context is 10, expected at most 8, the positions that");
        fails(
                TinyRun.LLAMA.replace("40", "2000000000"),
                TEXT,
                TinyRun.PLAN,
                "parameters on 3 sequences of 10 tokens takes about 4291 GiB of memory, but this machine has ");
        assertThatThrownBy(() -> TrainedModel.read(Path.of("gpt2"), new ByteTokens()))
                .hasMessage("gpt2 is a release without files here, expected a config.json or a directory with one");
    }

    @Test
    void aDirectoryThatExistsIsNotOverwrittenAndARunGoesOnOnlyAsItBegan() {
        var out = folder.resolve("out");
        TinyRun.start(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, out).close();

        assertThatThrownBy(() -> TinyRun.start(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, out))
                .hasMessage(out + " exists already, expected a new directory; --resume goes on with its run");
        var faster = new TrainingPlan(12, 3, 10, 2e-2, 2, 0.1, 0.1, 1, OptimizerKind.ADAMW, 0.1, 0.1, 4, 7);
        assertThatThrownBy(() -> TinyRun.resume(folder, TinyRun.LLAMA, TEXT, faster, 1, out))
                .hasMessage("lr is 0.02, expected 0.01: the run in " + out + " began with that");
        assertThatThrownBy(() -> TinyRun.resume(folder, TinyRun.LLAMA, TEXT + "!", TinyRun.PLAN, 1, out))
                .hasMessageContaining("text is sha256 ");
        assertThatThrownBy(() -> TinyRun.resume(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, 1, folder))
                .hasMessage(folder + " holds no training.state, expected the output of a run to go on with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9999", "x", "00000000000"})
    void aStateWithAnImpossibleStepIsRefused(String step) throws IOException {
        var out = folder.resolve("out");
        TinyRun.start(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, out).close();
        var state = out.resolve("training.state");
        var tensors = new LinkedHashMap<String, Tensor>();
        Map<String, String> metadata;
        var copy = Files.copy(state, folder.resolve("copy"));
        try (var open = Safetensors.open(copy)) {
            tensors.putAll(open.tensors());
            metadata = new HashMap<>(open.metadata());
            metadata.put("step", step);
            SafetensorsWriter.write(state, tensors, metadata);
        }
        assertThatThrownBy(() -> TinyRun.resume(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, 1, out))
                .hasMessage(state + ": the number of steps is \"" + step + "\", expected 0 to 12");
    }

    @Test
    void aStateThatIsCutIsRefused() throws IOException {
        var out = folder.resolve("out");
        TinyRun.start(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, out).close();
        var state = out.resolve("training.state");
        byte[] whole = Files.readAllBytes(state);
        for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
            Files.write(state, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TinyRun.resume(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, 1, out))
                    .isInstanceOf(OrreryException.class)
                    .hasMessageContaining("training.state");
        }
    }

    @Test
    void aLossThatIsNoNumberStopsTheRunAndKeepsTheLastGoodCheckpoint() throws Exception {
        var out = folder.resolve("out");
        // Weights that decay by more than they are worth grow without bound.
        var wild = new TrainingPlan(400, 3, 10, 10, 0, 1, 10, 1, OptimizerKind.ADAMW, 0.1, 0, 2, 7);
        var seen = new TinyRun();
        try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, wild, out)) {
            assertThatThrownBy(() -> run.train(seen))
                    .isInstanceOf(TrainException.class)
                    .message()
                    .matches("(the loss is NaN|the gradient of .* is not finite|the weight .* is not finite) after \\d+"
                            + " of 400 steps; the run stops, and its last good checkpoint, of step \\d+, stays in .*");
        }

        assertThat(seen.saved).isNotEmpty();
        try (var open = OpenCheckpoint.open(out)) {
            assertThat(open.checkpoint().weights()).isNotEmpty();
        }
        try (var run = TinyRun.resume(folder, TinyRun.LLAMA, TEXT, wild, 1, out)) {
            assertThat(run.step()).isEqualTo(seen.saved.getLast());
        }
        assertThat(Files.readString(out.resolve("loss.jsonl"))).doesNotContain("NaN", "null");
    }

    /** As a full disk does. */
    @Test
    void aCheckpointThatCannotBeWrittenStopsTheRunAndKeepsTheOneBefore() throws Exception {
        var out = folder.resolve("out");
        try (var run = TinyRun.start(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, out)) {
            var before = Files.readAllBytes(out.resolve("training.state"));
            var weights = out.resolve("model.safetensors");
            Files.delete(weights);
            Files.createDirectories(weights.resolve("in the way"));

            assertThatThrownBy(() -> run.train(new TinyRun()))
                    .isInstanceOf(OrreryException.class)
                    .hasMessageStartingWith("could not write " + weights);

            assertThat(out.resolve("training.state")).isRegularFile();
            assertThat(before).isNotEmpty();
        }
        try (var run = TinyRun.resume(folder, TinyRun.LLAMA, TEXT, TinyRun.PLAN, 1, out)) {
            assertThat(run.step()).isEqualTo(4);
        }
    }

    @Test
    void aPlanOutsideItsRangesIsRefused() {
        assertThatThrownBy(() -> new TrainingPlan(0, 3, 10, 1e-2, 0, 0.1, 0.1, 1, OptimizerKind.ADAMW, 0, 0, 4, 7))
                .hasMessage("steps is 0, expected 1 or more");
        assertThatThrownBy(() -> new TrainingPlan(5, 3, 10, 1e-2, 9, 0.1, 0.1, 1, OptimizerKind.MUON, 0, 0, 4, 7))
                .hasMessage("warmup is 9, expected 0 to the number of steps, 5");
        assertThatThrownBy(() -> OptimizerKind.named("sgd")).hasMessage("optimizer is \"sgd\", expected adamw or muon");
    }
}
