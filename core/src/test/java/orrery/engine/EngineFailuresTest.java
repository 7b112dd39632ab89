package orrery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.catalog.CatalogException;
import orrery.format.FormatException;
import orrery.format.ModelFile;
import orrery.format.SafetensorsWriter;
import orrery.kernel.BackendException;
import orrery.tensor.Tensor;

/** Broken models and machines that lack something. */
final class EngineFailuresTest {
    private static final EngineOptions OPTIONS = EngineOptions.defaults();

    @TempDir
    Path folder;

    private void copyDemo() throws IOException {
        for (var name :
                new String[] {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(Demo.MODEL.resolve(name), folder.resolve(name));
        }
        Files.copy(
                Demo.MODEL.resolve("model.safetensors"),
                folder.resolve("model.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void failsTheRequestAndNotTheEngineWhenLogitsAreNoNumbers() throws IOException {
        copyDemo();
        try (var file = ModelFile.open(Demo.MODEL)) {
            var tensors = new TreeMap<String, Tensor>(file.tensors());
            var norm = Objects.requireNonNull(tensors.get("model.norm.weight"));
            // All bits set is NaN in every float type.
            var bytes = new byte[(int) norm.data().byteSize()];
            java.util.Arrays.fill(bytes, (byte) -1);
            tensors.put("model.norm.weight", new Tensor(norm.dtype(), norm.shape(), MemorySegment.ofArray(bytes)));
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
        }
        try (var engine = Engine.open(folder, OPTIONS)) {
            for (int i = 0; i < 3; i++) {
                try (var session = engine.submit(engine.chat("Which?"))) {
                    assertThatThrownBy(session::text)
                            .isInstanceOf(EngineException.class)
                            .hasMessageContaining("the logit NaN to token 0");
                    assertThat(session.finishReason()).isEqualTo(FinishReason.FAILED);
                }
                var scored = engine.chat("Which?").withLogprobs(1).withPromptLogprobs(true);
                try (var session = engine.submit(scored)) {
                    assertThatThrownBy(session::text).hasMessageContaining("the logit NaN to token 0");
                    assertThat(session.promptLogprobs()).isEmpty();
                }
                try (var state = engine.meanState(2, 5, 9)) {
                    assertThatThrownBy(state::get)
                            .isInstanceOf(EngineException.class)
                            .hasMessageContaining("a hidden state has the value NaN");
                }
            }
            assertThat(engine.cacheBytesHeld()).isZero();
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not truncate a mapped file")
    void saysThatTheWeightsChangedUnderARunningEngine() throws IOException {
        copyDemo();
        try (var engine = Engine.open(folder, OPTIONS)) {
            try (var shorter =
                    new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
                shorter.setLength(4096);
            }
            try (var session = engine.submit(engine.chat("Which?"))) {
                assertThatThrownBy(session::text)
                        .isInstanceOf(EngineException.class)
                        .hasMessageContaining("could not read " + folder)
                        .hasMessageContaining("the file changed while it was open");
            }
        }
    }

    @Test
    void refusesAContextThatTheModelDoesNotHave() {
        assertThatThrownBy(() -> Engine.open(Demo.MODEL, OPTIONS.withContext(2049)))
                .isInstanceOf(EngineException.class)
                .hasMessage("context is 2049, but demo-model attends over 2048 tokens at most");
    }

    @Test
    void refusesAContextThatTheMachineDoesNotHave() {
        CachePlan.requireRoom(100, 5000, 5000);
        assertThatThrownBy(() -> CachePlan.requireRoom(100, 5001, 5000))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("a context of 100 tokens takes 5001 bytes of KV cache")
                .hasMessageContaining("memory of 5000 bytes");
        assertThat(Host.memory()).isGreaterThan(100L << 20);
    }

    @Test
    void refusesABackendThatIsNotThere() {
        assertThatThrownBy(() -> Engine.open(Demo.MODEL, OPTIONS.withBackend("abacus")))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("abacus");
    }

    @Test
    void refusesADirectoryThatIsNoModel() throws IOException {
        assertThatThrownBy(() -> Engine.open(folder.resolve("absent"), OPTIONS)).isInstanceOf(FormatException.class);
        copyDemo();
        Files.delete(folder.resolve("tokenizer.json"));
        assertThatThrownBy(() -> Engine.open(folder, OPTIONS)).isInstanceOf(OrreryException.class);
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"abacus\"}");
        assertThatThrownBy(() -> Engine.open(folder, OPTIONS)).isInstanceOf(CatalogException.class);
    }

    @Test
    void warnsOnceOfAllThatItDidNotUnderstand() throws IOException {
        copyDemo();
        var config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"), config.replaceFirst("\\{", "{\"abacus\": 1, \"zither\": [2],"));
        try (var engine = Engine.open(folder, OPTIONS)) {
            assertThat(engine.description().notUnderstood()).containsExactly("abacus", "zither");
            assertThat(engine.notes()).isEmpty();
        }
    }

    @Test
    void takesStopIdsFromTheNextFileThatNamesAny() throws IOException {
        copyDemo();
        Files.delete(folder.resolve("generation_config.json"));
        var config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replaceFirst("\"eos_token_id\": \\[[^]]*]", "\"eos_token_id\": 7"));
        try (var engine = Engine.open(folder, OPTIONS)) {
            assertThat(engine.generation().stopIds()).containsExactly(7);
            assertThat(engine.generation().sampling()).isEqualTo(Sampling.GREEDY);
        }
        Files.writeString(folder.resolve("config.json"), config.replaceFirst("\"eos_token_id\": \\[[^]]*],", ""));
        try (var engine = Engine.open(folder, OPTIONS)) {
            assertThat(engine.generation().stopIds()).containsExactly(1);
        }
    }

    @Test
    void refusesAConversationWithAModelThatHasNoTemplate() throws IOException {
        copyDemo();
        var config = folder.resolve("tokenizer_config.json");
        Files.writeString(config, Files.readString(config).replace("\"chat_template\"", "\"cat_template\""));
        try (var engine = Engine.open(folder, OPTIONS)) {
            assertThat(engine.chatTemplate()).isEmpty();
            assertThatThrownBy(() -> engine.chat("Which?"))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("has no chat template");
        }
    }

    @Test
    void writesTheTokenThatBeginsASequenceOnceWhateverTheTemplateDoes() throws IOException {
        copyDemo();
        var config = folder.resolve("tokenizer_config.json");
        var text = Files.readString(config);
        for (var begin : new String[] {"", "{{ bos_token }}{{ bos_token }}"}) {
            Files.writeString(config, text.replace("{{ bos_token }}", begin));
            try (var engine = Engine.open(folder, OPTIONS)) {
                assertThat(engine.promptOf(Demo.conversations().getFirst().messages()))
                        .isEqualTo(Demo.conversations().getFirst().promptIds());
            }
        }
    }
}
