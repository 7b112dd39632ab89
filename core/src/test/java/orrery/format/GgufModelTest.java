package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static orrery.format.GgufBytes.header;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GgufModelTest {
    private static final String FIRST = "big-Q8_0-00001-of-00002.gguf";
    private static final String SECOND = "big-Q8_0-00002-of-00002.gguf";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"model.gguf", "sha256-0123", "one-00001-of-00001.gguf"})
    void opensASingleFileByItsNameOrItsMark(String name) {
        Path path = single(name);
        try (var model = ModelFile.open(path)) {
            assertThat(model).isInstanceOf(GgufModel.class);
            assertThat(model.path()).isEqualTo(path);
            assertThat(model.files()).containsExactly(path);
            assertThat(model.metadata().text("general.architecture")).isEqualTo("test");
            assertThat(model.metadata().unread()).containsExactly("answer");
            assertThat(model.tensors()).containsOnlyKeys("a");
            assertThat(model.notes()).isEmpty();
        }
        assertThat(ModelFile.readMetadata(path).integer("answer")).isEqualTo(42);
    }

    @Test
    void opensTheOnlyModelOfADirectoryAndNamesATowerThatItLeavesAside() throws IOException {
        Path file = single("model.gguf");
        single("mmproj-model-f16.gguf");
        Files.writeString(directory.resolve("README.md"), "a model");
        try (var model = ModelFile.open(directory)) {
            assertThat(model.path()).isEqualTo(directory);
            assertThat(model.files()).containsExactly(file);
            assertThat(model.notes()).containsExactly("mmproj-model-f16.gguf is not read: only the text model runs");
        }
        assertThat(ModelFile.readMetadata(directory).integer("answer")).isEqualTo(42);
    }

    @Test
    void refusesADirectoryOfSeveralModelsAndListsThem() {
        single("model-Q4_K_M.gguf");
        single("model-Q8_0.gguf");
        refused(
                directory,
                "holds several GGUF models (model-Q4_K_M.gguf, model-Q8_0.gguf) and does not say which to read; expected"
                        + " the path of one of these files");
        splits(0, 2, 2, "");
        refused(directory, "holds several GGUF models (" + FIRST + ", model-Q4_K_M.gguf, model-Q8_0.gguf)");
    }

    @Test
    void readsTheConfigurationOfADirectoryThatHasOneAndNotTheGgufFileBesideIt() throws IOException {
        single("model.gguf");
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"test\"}");
        assertThat(ModelFile.readMetadata(directory).text("model_type")).isEqualTo("test");
        refused(directory, "holds no weights, expected model.safetensors");
        refused(directory, "; open GGUF files beside a config.json by their own path: model.gguf");
    }

    @Test
    void opensSplitsByTheFirstOrByTheirDirectory() {
        splits(0, 2, 2, "");
        for (Path path : new Path[] {directory.resolve(FIRST), directory}) {
            try (var model = ModelFile.open(path)) {
                assertThat(model.files()).containsExactly(directory.resolve(FIRST), directory.resolve(SECOND));
                assertThat(model.tensors()).containsOnlyKeys("a", "b");
                assertThat(model.tensors().get("b")).isNotNull();
                assertThat(Objects.requireNonNull(model.tensors().get("b"))
                                .data()
                                .get(ValueLayout.JAVA_INT_UNALIGNED, 0))
                        .isEqualTo(2);
                assertThat(model.metadata().text("general.architecture")).isEqualTo("test");
            }
        }
    }

    @Test
    void refusesALaterSplitAndNamesTheFirst() {
        splits(0, 2, 2, "");
        refused(directory.resolve(SECOND), SECOND + " is one of 2 splits, expected the path of the first: " + FIRST);
    }

    @Test
    void refusesMissingSplits() throws IOException {
        splits(0, 2, 2, "");
        Files.delete(directory.resolve(SECOND));
        refused(directory.resolve(FIRST), SECOND + " does not exist, a split that " + FIRST + " implies; the download");
        splits(0, 2, 2, "");
        Files.delete(directory.resolve(FIRST));
        refused(directory, FIRST + " does not exist");
    }

    @Test
    void refusesSplitsThatSayOtherwiseThanTheirNames() throws IOException {
        splits(0, 3, 2, "");
        refused(directory, FIRST + ": split.count is 3, but the name says 2");
        splits(0, 2, 2, "");
        Files.copy(directory.resolve(FIRST), directory.resolve("copy.gguf"));
        refused(
                directory.resolve("copy.gguf"),
                "split.count is 2, but the name is not that of a split; expected NAME-00001-of-00002.gguf");
        Files.delete(directory.resolve("copy.gguf"));
        split(SECOND, 0, 2, 2, "b", "");
        refused(directory, SECOND + ": it says that it is split 0 of 2, counted from 0; its name says 1 of 2");
        split(SECOND, 1, 3, 2, "b", "");
        refused(directory, SECOND + ": it says that it is split 1 of 3");
        header(1, 0).tensor("b", 0, 0, 1).aligned(32).integer(2).to(directory.resolve(SECOND));
        refused(directory, SECOND + ": it says that it is split 0 of 1, counted from 0; its name says 1 of 2");
    }

    @Test
    void refusesATensorInTwoSplitsAndAWrongNumberOfThem() {
        split(FIRST, 0, 2, 2, "a", "test");
        split(SECOND, 1, 2, 2, "a", "");
        refused(directory, SECOND + ": tensor \"a\" is in " + FIRST + " too, expected it in one split");
        splits(0, 2, 3, "");
        refused(directory, FIRST + ": split.tensors.count is 3, but the splits hold 2 tensors");
    }

    @Test
    void refusesASplitOfAnotherModel() {
        splits(0, 2, 2, "test");
        try (var model = ModelFile.open(directory)) {
            assertThat(model.tensors()).hasSize(2);
        }
        splits(0, 2, 2, "other");
        refused(directory, SECOND + ": general.architecture is \"other\" (text), expected what the first split says");
    }

    @Test
    void refusesAPathThatIsNotThereAsAGgufFile() {
        refused(directory.resolve("absent.gguf"), "absent.gguf does not exist, expected a GGUF file");
    }

    private Path single(String name) {
        return header(1, 2)
                .key("general.architecture", "test")
                .key("answer", 42)
                .tensor("a", 0, 0, 1)
                .aligned(32)
                .integer(1)
                .to(directory.resolve(name));
    }

    /** Both splits, the second with the architecture's name only where it is given one. */
    private void splits(int number, int count, int tensors, String second) {
        split(FIRST, number, count, tensors, "a", "test");
        split(SECOND, number + 1, count, tensors, "b", second);
    }

    private void split(String name, int number, int count, int tensors, String tensor, String architecture) {
        var bytes = header(1, architecture.isEmpty() ? 3 : 4);
        if (!architecture.isEmpty()) {
            bytes.key("general.architecture", architecture);
        }
        bytes.key("split.no", GgufValue.UINT16)
                .bytes(new byte[] {(byte) number, 0})
                .key("split.count", GgufValue.UINT16)
                .bytes(new byte[] {(byte) count, 0})
                .key("split.tensors.count", GgufValue.INT32)
                .integer(tensors)
                .tensor(tensor, 0, 0, 1)
                .aligned(32)
                .integer(tensor.equals("a") ? 1 : 2)
                .to(directory.resolve(name));
    }

    private static void refused(Path path, String message) {
        assertThatThrownBy(() -> ModelFile.open(path))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(message);
    }
}
