package orrery.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import orrery.format.Safetensors;
import orrery.format.SafetensorsWriter;
import orrery.tensor.Tensor;
import tools.jackson.databind.json.JsonMapper;

/** Copies of the small checkpoints with something changed: a key, a name, a tensor. */
final class Variants {
    static final Path GOLDENS = Path.of("src", "test", "resources", "goldens");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Variants() {}

    /** The config of a checkpoint as nested maps. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> config(String golden) {
        return JSON.readValue(GOLDENS.resolve(golden).resolve("config.json").toFile(), LinkedHashMap.class);
    }

    /** The config of a checkpoint after a change. */
    static Map<String, Object> config(String golden, Consumer<Map<String, Object>> change) {
        var config = config(golden);
        change.accept(config);
        return config;
    }

    /** Writes a checkpoint: that config, and the tensors of a golden after a change, under other names. */
    static Path write(
            Path folder,
            String golden,
            Map<String, Object> config,
            UnaryOperator<String> rename,
            Consumer<Map<String, Tensor>> change) {
        try (var file = Safetensors.open(GOLDENS.resolve(golden).resolve("model.safetensors"))) {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), JSON.writeValueAsString(config));
            var tensors = new LinkedHashMap<String, Tensor>();
            file.tensors().forEach((name, tensor) -> tensors.put(rename.apply(name), tensor));
            change.accept(tensors);
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
