package orrery.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orrery.server.api.ListedModel;
import orrery.server.api.ModelFolder;
import orrery.server.api.Room;

/**
 * The models to serve, and which of them are in memory. A first named one is opened when the server starts, the others
 * when they are asked for.
 *
 * @param named models with names of their own
 * @param folder a folder whose models are served by their files' names
 * @param room what may be in memory at the same time
 * @param idle after so long without a request a model is unloaded; never if empty
 */
public record ModelSources(
        List<ModelSource> named, Optional<ModelFolder> folder, Room room, Optional<Duration> idle) {

    public ModelSources {
        named = List.copyOf(named);
    }

    /** Named ones alone: as many as the machine's memory holds, each until it has to make room. */
    public static ModelSources of(List<ModelSource> named) {
        return new ModelSources(named, Optional.empty(), Room.ofMachine(), Optional.empty());
    }

    /** The same with the models of a folder. */
    public ModelSources withFolder(ModelFolder other) {
        return new ModelSources(named, Optional.of(other), room, idle);
    }

    /** The same with another room. */
    public ModelSources withRoom(Room other) {
        return new ModelSources(named, folder, other, idle);
    }

    /** The same with a time after which unused models are unloaded. */
    public ModelSources withIdle(Duration other) {
        return new ModelSources(named, folder, room, Optional.of(other));
    }

    /** Those with names, each to be run so that there is memory for the others. */
    List<ListedModel> listed(int queue) {
        return named.stream()
                .map(source -> new ListedModel(
                        source.name(),
                        source.aliases(),
                        source.path(),
                        several() ? room.shared(source.options()) : source.options(),
                        queue))
                .toList();
    }

    /** The folder, its models to be run so that there is memory for the others. */
    Optional<ModelFolder> shared() {
        return folder.map(found -> new ModelFolder(found.path(), room.shared(found.options())));
    }

    private boolean several() {
        return named.size() > 1 || folder.isPresent();
    }
}
