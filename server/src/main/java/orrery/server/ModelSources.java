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
 * The models to serve, and how many of them are in memory. A first named one is opened when the server starts, the
 * others when they are asked for. Where one needs room, the longest unused are unloaded.
 *
 * @param named models with names of their own
 * @param folder a folder whose models are served by their files' names
 * @param most models in memory at the same time at most; as many as fit if empty
 * @param memory bytes that they may take together; nine tenths of the machine's memory if empty
 * @param idle after so long without a request a model is unloaded; never if empty
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
     * @param options how its models are run
     */
    public record Folder(Path path, EngineOptions options) {}

    public ModelSources {
        named = List.copyOf(named);
    }

    /** Models with names, each in memory until it has to make room. */
    public static ModelSources of(List<ModelSource> named) {
        return new ModelSources(named, Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), Optional.empty());
    }

    /** The same with the models of a folder. */
    public ModelSources withFolder(Path path, EngineOptions options) {
        return new ModelSources(named, Optional.of(new Folder(path, options)), most, memory, idle);
    }

    /** The same with another number of models in memory. */
    public ModelSources withMost(int other) {
        return new ModelSources(named, folder, OptionalInt.of(other), memory, idle);
    }

    /** The same with other bytes of memory. */
    public ModelSources withMemory(long other) {
        return new ModelSources(named, folder, most, OptionalLong.of(other), idle);
    }

    /** The same with a time after which unused models are unloaded. */
    public ModelSources withIdle(Duration other) {
        return new ModelSources(named, folder, most, memory, Optional.of(other));
    }

    ModelRoom room() {
        return new ModelRoom(most.orElse(Integer.MAX_VALUE), memory.orElseGet(ModelRoom::ofMachine));
    }

    /** Those with names, each run so that there is memory for the others. */
    List<ListedModel> listed(int queue) {
        return named.stream()
                .map(source -> new ListedModel(
                        source.name(), source.aliases(), source.path(), shared(source.options()), queue))
                .toList();
    }

    /** The folder, its models run so that there is memory for the others. */
    Optional<ModelFolder> modelFolder() {
        return folder.map(found -> new ModelFolder(found.path(), shared(found.options())));
    }

    private EngineOptions shared(EngineOptions options) {
        return named.size() > 1 || folder.isPresent() ? room().shared(options) : options;
    }
}
