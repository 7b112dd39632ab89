package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

final class ModelFileTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    Path model;

    @Test
    void opensEveryGolden() throws IOException {
        try (var models = Files.list(Path.of("src/test/resources/goldens"))) {
            assertThat(models.toList()).isNotEmpty().allSatisfy(path -> {
                try (ModelFile file = ModelFile.open(path)) {
                    assertThat(file.path()).isEqualTo(path);
                    assertThat(file.tensors()).isNotEmpty();
                    assertThat(file.metadata().text("model_type")).isNotEmpty();
                    assertThat(file.metadata().unread())
                            .doesNotContain("model_type")
                            .contains("vocab_size");
                }
            });
        }
    }

    @Test
    void opensShardsAsOneModelInNaturalOrder() throws IOException {
        sharded("{\"b\": \"%1$s\", \"a\": \"%2$s\", \"c\": \"%1$s\"}", Map.of("b", 2, "c", 3), Map.of("a", 1));
        Tensor tensor;
        try (ModelFile file = ModelFile.open(model)) {
            assertThat(file.tensors().keySet()).containsExactly("a", "b", "c");
            assertThat(file.tensors().values()).extracting(Tensor::rows).containsExactly(1L, 1L, 1L);
            assertThat(file.tensors().values()).extracting(Tensor::columns).containsExactly(1L, 2L, 3L);
            tensor = Tensors.named(file.tensors(), "c");
            assertThat(Tensors.bytes(tensor)).isEqualTo(Tensors.bytes(Tensors.counting(DType.F32, 3)));
            file.close();
        }
        assertThatThrownBy(() -> tensor.data().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "diffusion.fp16.safetensors", "model-00001-of-00001.safetensors"})
    void opensTheOnlyWeightsFileWhateverItsName(String name) throws IOException {
        config();
        weights(name, Map.of("a", 1));
        try (ModelFile file = ModelFile.open(model)) {
            assertThat(file.tensors()).containsOnlyKeys("a");
        }
    }

    @Test
    void prefersTheStandardNameAndTheIndexOverOtherFiles() throws IOException {
        config();
        weights("consolidated.safetensors", Map.of("other", 1));
        weights("model.safetensors", Map.of("a", 1));
        try (ModelFile file = ModelFile.open(model)) {
            assertThat(file.tensors()).containsOnlyKeys("a");
        }
        index("{\"a\": \"model.safetensors\"}");
        try (ModelFile file = ModelFile.open(model)) {
            assertThat(file.tensors()).containsOnlyKeys("a");
        }
    }

    @Test
    void readsTheConfigurationOfAModelWithoutWeights() throws IOException {
        config();
        assertThat(ModelFile.readMetadata(model).text("model_type")).isEqualTo("test");
    }

    @Test
    void refusesAPathThatDoesNotExist() throws IOException {
        refused(model.resolve("absent"), "absent does not exist, expected a model directory");
        Path link = Files.createSymbolicLink(model.resolve("link"), model.resolve("gone"));
        refused(link, "link is a link to something that does not exist, expected a model directory");
    }

    @Test
    void refusesAFileAndSaysWhichDirectoryWasProbablyMeant() throws IOException {
        weights("model.safetensors", Map.of("a", 1));
        Path file = model.resolve("model.safetensors");
        refused(file, file + " is a file, expected a model directory with config.json");
        config();
        refused(file, "expected a model directory with config.json; probably " + model);
    }

    @Test
    void refusesADirectoryWithoutConfiguration() throws IOException {
        weights("model.safetensors", Map.of("a", 1));
        refused(model + " has no config.json, expected a model directory");
        assertThatThrownBy(() -> ModelFile.readMetadata(model)).hasMessageContaining("has no config.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_model.bin", "weights.pt", "consolidated.00.pth", "model.ckpt"})
    void refusesPickles(String name) throws IOException {
        config();
        Files.write(model.resolve(name), new byte[10]);
        refused("holds weights only as Python pickles (" + name
                + "), which can run code when they are loaded and are refused; convert them to safetensors");
    }

    @Test
    void refusesADirectoryWithoutWeights() throws IOException {
        config();
        refused("holds no weights, expected model.safetensors, or shards with " + INDEX);
    }

    @Test
    void refusesToChooseAmongSeveralWeightsFiles() throws IOException {
        config();
        weights("a.safetensors", Map.of("a", 1));
        weights("b.safetensors", Map.of("a", 1));
        refused("holds several weights files (a.safetensors, b.safetensors) and does not say which to read");
    }

    @Test
    void refusesShardsWithoutAnIndex() throws IOException {
        config();
        weights(FIRST, Map.of("a", 1));
        refused("holds shards (" + FIRST + ") but no " + INDEX + "; the download may be incomplete");
    }

    @Test
    void refusesAWholeFileBesideAnIndexThatDoesNotNameIt() throws IOException {
        sharded("{\"a\": \"%1$s\", \"b\": \"%2$s\"}", Map.of("a", 1), Map.of("b", 1));
        weights("model.safetensors", Map.of("a", 1));
        refused("holds both model.safetensors and " + INDEX + ", which does not name it");
    }

    @Test
    void refusesAnIndexWhoseShardIsAbsent() throws IOException {
        sharded("{\"a\": \"%1$s\", \"b\": \"%2$s\"}", Map.of("a", 1), Map.of("b", 1));
        Files.delete(model.resolve(SECOND));
        refused("has no " + SECOND + ", a shard that " + INDEX + " names; the download may be incomplete");
    }

    @Test
    void refusesAnIndexThatNamesATensorItsShardLacks() throws IOException {
        sharded("{\"a\": \"%1$s\", \"b\": \"%2$s\", \"c\": \"%2$s\"}", Map.of("a", 1), Map.of("b", 1));
        refused(INDEX + ": tensor \"c\" should be in " + SECOND + ", which lacks it");
        sharded("{\"a\": \"%1$s\", \"b\": \"%2$s\", \"c\": \"%2$s\"}", Map.of("a", 1, "c", 1), Map.of("b", 1));
        refused("tensor \"c\" should be in " + SECOND + ", which lacks it; it is in " + FIRST);
    }

    @Test
    void refusesATensorThatTheIndexDoesNotName() throws IOException {
        sharded("{\"a\": \"%1$s\", \"b\": \"%2$s\"}", Map.of("a", 1, "extra", 1), Map.of("b", 1));
        refused(FIRST + ": tensor \"extra\" is not named in " + INDEX);
    }

    @Test
    void refusesTheSameTensorInTwoShards() throws IOException {
        sharded("{\"a\": \"%1$s\", \"b\": \"%2$s\"}", Map.of("a", 1), Map.of("a", 1, "b", 1));
        refused("tensor \"a\" is in both " + FIRST + " and " + SECOND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x.safetensors",
                "/etc/x.safetensors",
                "a/x.safetensors",
                "a\\\\x.safetensors",
                "C:x.safetensors",
                "\\u0000.safetensors",
                "..",
                "",
                "x.bin"
            })
    void refusesShardsThatAreNotPlainFileNames(String shard) throws IOException {
        config();
        index("{\"a\": \"" + shard + "\"}");
        refused("is refused, expected the name of a .safetensors file in the same directory");
    }

    @Test
    void refusesAnIndexThatIsMalformed() throws IOException {
        config();
        index("[]");
        refused(INDEX + ", line 1, column 15: weight_map is not an object");
        index("{\"a\": 1}");
        refused("weight_map: \"a\" is not a text, expected a shard");
        index("{\"a\": \"a.safetensors\", \"a\": \"b.safetensors\"}");
        refused("weight_map: tensor \"a\" is given twice");
        index("{}");
        refused("names no tensors, expected them under weight_map");
        Files.writeString(model.resolve(INDEX), "{\"metadata\": {\"total_size\": 1}}");
        refused("names no tensors, expected them under weight_map");
        Files.writeString(model.resolve(INDEX), "{\"weight_map\": {}, \"weight_map\": {}}");
        refused("weight_map is given twice");
        Files.writeString(model.resolve(INDEX), "nonsense");
        refused(INDEX + ", line 1, column");
    }

    @Test
    void refusesADamagedShardAndNamesIt() throws IOException {
        sharded("{\"a\": \"%1$s\", \"b\": \"%2$s\"}", Map.of("a", 1), Map.of("b", 1));
        Files.write(model.resolve(SECOND), new byte[3]);
        refused(SECOND + " is 3 bytes long");
    }

    @Test
    void namesTheWeightsThatItPassesOver(@TempDir Path folder) throws IOException {
        var golden = Path.of("src", "test", "resources", "goldens", "llama-3.1");
        for (var name : List.of("config.json", "model.safetensors")) {
            Files.copy(golden.resolve(name), folder.resolve(name));
        }
        Files.copy(golden.resolve("model.safetensors"), folder.resolve("consolidated.safetensors"));
        try (var file = ModelFile.open(folder)) {
            assertThat(file.notes())
                    .containsExactly("consolidated.safetensors is not read: model.safetensors holds the weights");
        }
    }

    @Test
    void refusesADirectoryThatItMayNotList() throws IOException {
        Path closed = Files.createDirectory(model.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(closed), "the superuser may read everything");
        refused(closed, "could not read " + closed + ": permission denied");
    }

    private void refused(String message) {
        refused(model, message);
    }

    private static void refused(Path path, String message) {
        assertThatThrownBy(() -> ModelFile.open(path).close())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(message);
    }

    private void config() throws IOException {
        Files.writeString(model.resolve("config.json"), "{\"model_type\": \"test\"}");
    }

    private void index(String weightMap) throws IOException {
        Files.writeString(
                model.resolve(INDEX), "{\"weight_map\":" + weightMap + ", \"metadata\": {\"total_size\": 1}}");
    }

    /** A file of F32 vectors, by name and length. */
    private void weights(String name, Map<String, Integer> lengths) {
        Map<String, Tensor> tensors = new java.util.HashMap<>();
        lengths.forEach((tensor, length) -> tensors.put(tensor, Tensors.counting(DType.F32, length)));
        SafetensorsWriter.write(model.resolve(name), tensors);
    }

    private void sharded(String weightMap, Map<String, Integer> first, Map<String, Integer> second) throws IOException {
        config();
        index(weightMap.formatted(FIRST, SECOND));
        weights(FIRST, first);
        weights(SECOND, second);
    }
}
