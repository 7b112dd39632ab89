package orrery.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import orrery.engine.EngineOptions;
import orrery.server.api.ListedModel;
import orrery.server.api.ModelFolder;
import orrery.server.api.ModelRoom;

/**
 * The models to serve, and how many of them may be in memory. The first named model is loaded when the server starts,
 * the others when a request names them. If a model needs space, the least recently used ones are unloaded.
 *
 * @param named models with explicit names
 * @param folder a folder whose models are named after their files
 * @param most the maximum number of models in memory; as many as fit if empty
 * @param memory the maximum for all models together, in bytes; nine tenths of the machine's memory if empty
 * @param idle a model without a request for this long is unloaded; never if empty
 */
public record ModelSources(
        List<ModelSource> named,
        Optional<Folder> folder,
        OptionalInt most,
        OptionalLong memory,
        Optional<Duration> idle) {

    /**
     * A folder of models: directories in Hugging Face's layout, and GGUF files.
     *
     * @param path the folder
     * @param options how to run its models
     */
    public record Folder(Path path, EngineOptions options) {}

    public ModelSources {
        named = List.copyOf(named);
    }

    /** Named models, each in memory until another one needs the space. */
    public static ModelSources of(List<ModelSource> named) {
        return new ModelSources(named, Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), Optional.empty());
    }

    /** These options with the models of a folder. */
    public ModelSources withFolder(Path path, EngineOptions options) {
        return new ModelSources(named, Optional.of(new Folder(path, options)), most, memory, idle);
    }

    /** These options with another maximum number of models in memory. */
    public ModelSources withMost(int other) {
        return new ModelSources(named, folder, OptionalInt.of(other), memory, idle);
    }

    /** These options with another maximum of memory, in bytes. */
    public ModelSources withMemory(long other) {
        return new ModelSources(named, folder, most, OptionalLong.of(other), idle);
    }

    /** These options with a time after which unused models are unloaded. */
    public ModelSources withIdle(Duration other) {
        return new ModelSources(named, folder, most, memory, Optional.of(other));
    }

    ModelRoom room() {
        return new ModelRoom(most.orElse(Integer.MAX_VALUE), memory.orElseGet(ModelRoom::ofMachine));
    }

    /** The named models, each with options that leave memory for the others. */
    List<ListedModel> listed(int queue) {
        return named.stream()
                .map(source -> new ListedModel(
                        source.name(), source.aliases(), source.path(), shared(source.options()), queue))
                .toList();
    }

    /** The folder, with options that leave memory for its other models. */
    Optional<ModelFolder> modelFolder() {
        return folder.map(found -> new ModelFolder(found.path(), shared(found.options())));
    }

    private EngineOptions shared(EngineOptions options) {
        return named.size() > 1 || folder.isPresent() ? room().shared(options) : options;
    }
}
