package orrery.server.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import orrery.engine.LoadListener;
import orrery.server.http.ApiException;
import orrery.server.http.Exchange;

/** The served models: the named ones, and those in a folder, which is listed again when needed. */
public final class ServedModels implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServedModels.class.getName());

    /** The maximum number of names in an error message. */
    private static final int NAMES = 20;

    private final List<ListedModel> named;
    private final Optional<ModelFolder> folder;
    private final int queue;
    private final Consumer<ListedModel> observer;
    private final Loading loading;

    /** Every model that the folder has ever had, by name: the counters of one that returns continue. */
    private final Map<String, Found> found = new HashMap<>();

    private boolean unreadable;

    private record Found(ListedModel model, FileTime changed) {}

    /** A model that stays in memory until this is closed. */
    public record Use(ServedModel model, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /**
     * Loads no model yet.
     *
     * @param named models with explicit names
     * @param folder further models, named after their files
     * @param queue sequences of a model that may wait, per sequence that may run
     * @param room the limits for models in memory
     * @param idle a model without a request for this long is unloaded; never if empty
     * @param observer is called once for every model
     */
    public ServedModels(
            List<ListedModel> named,
            Optional<ModelFolder> folder,
            int queue,
            ModelRoom room,
            Optional<Duration> idle,
            Consumer<ListedModel> observer) {
        this.named = List.copyOf(named);
        this.folder = folder;
        this.queue = queue;
        this.observer = observer;
        loading = new Loading(room, idle);
        named.forEach(observer);
    }

    /**
     * Loads the first named model, if there is one; the others are loaded when requests name them.
     *
     * @throws orrery.OrreryException if it cannot be loaded
     */
    public void start(LoadListener listener) {
        boolean alone = named.size() == 1 && folder.isEmpty();
        loading.start(named.stream().findFirst(), alone, listener);
    }

    /** All current models: the named ones first, then those in the folder, sorted by name. */
    public List<ListedModel> listed() {
        var all = new ArrayList<>(named);
        folder.ifPresent(where -> all.addAll(within(where)));
        return all;
    }

    private synchronized List<ListedModel> within(ModelFolder where) {
        SequencedMap<String, Path> there;
        try {
            there = where.models();
        } catch (IOException e) {
            // Every request asks again; one line says it.
            if (!unreadable) {
                unreadable = true;
                LOG.log(System.Logger.Level.ERROR, "the model folder " + where.path() + " cannot be read: " + e);
            }
            throw ApiException.of(
                    503, "models_unreadable", "the model folder cannot be read; the server's log has the reason");
        }
        unreadable = false;
        var models = new TreeMap<String, ListedModel>();
        there.forEach((name, path) -> {
            if (named.stream().noneMatch(model -> model.isCalled(name))) {
                models.put(name, listed(where, name, path));
            }
        });
        // A model that was removed from the folder but is in memory is still served.
        found.forEach((name, known) -> {
            if (known.model().status() != ListedModel.Status.UNLOADED) {
                models.putIfAbsent(name, known.model());
            }
        });
        return List.copyOf(models.values());
    }

    private ListedModel listed(ModelFolder where, String name, Path path) {
        var changed = changed(path);
        var before = found.get(name);
        if (before != null && before.model().path().equals(path)) {
            if (!before.changed().equals(changed)) {
                before.model().forgetKnown();
                found.put(name, new Found(before.model(), changed));
            }
            return before.model();
        }
        var model = new ListedModel(name, List.of(), path, where.options(), queue);
        found.put(name, new Found(model, changed));
        observer.accept(model);
        return model;
    }

    /** A model of the folder that is in memory, without listing the folder. */
    private synchronized Optional<ListedModel> loaded(String name) {
        return Optional.ofNullable(found.get(name))
                .map(Found::model)
                .filter(model -> model.status() == ListedModel.Status.LOADED);
    }

    private static FileTime changed(Path path) {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /**
     * The model that a request names, in memory or not.
     *
     * @param wanted the name; empty if the request has none, which is only valid if there is a single model
     * @throws ApiException 400 if the name is missing, 404 if no model has it
     */
    public ListedModel find(Optional<String> wanted) {
        if (wanted.isPresent()) {
            var model = named.stream().filter(one -> one.isCalled(wanted.get())).findFirst();
            if (model.isPresent()) {
                return model.get();
            }
            var loaded = loaded(wanted.get());
            if (loaded.isPresent()) {
                return loaded.get();
            }
        }
        var all = listed();
        if (wanted.isEmpty()) {
            if (all.size() == 1) {
                return all.getFirst();
            }
            throw ApiException.invalid("model", "model is missing; expected " + names(all));
        }
        return all.stream()
                .filter(model -> model.isCalled(wanted.get()))
                .findFirst()
                .orElseThrow(() -> ApiException.of(
                                404,
                                "model_not_found",
                                "there is no model '" + Shown.text(wanted.get()) + "' here; expected " + names(all))
                        .about("model"));
    }

    private static String names(List<ListedModel> all) {
        String names =
                all.stream().limit(NAMES).map(model -> Shown.text(model.name())).collect(Collectors.joining(", "));
        return switch (all.size()) {
            case 0 -> "none: the model folder is empty";
            case 1 -> names;
            default -> "one of " + names + (all.size() > NAMES ? " and " + (all.size() - NAMES) + " more" : "");
        };
    }

    /**
     * Waits until the model that a request names is loaded, and keeps it in memory until the request has been handled.
     *
     * @param atMost how long to wait; no limit if empty
     * @throws ApiException 404 for an unknown name; 503 if the model cannot be loaded, or not in time; 429 if too many
     *     requests wait already
     * @throws orrery.server.http.ClientGoneException if the client disconnects meanwhile
     */
    ServedModel use(Exchange exchange, Optional<String> wanted, Optional<Duration> atMost) {
        var model = find(wanted);
        var opened = loading.acquire(model, atMost, exchange::onGone);
        exchange.onHandled(() -> loading.release(model));
        return opened;
    }

    /**
     * Waits until a model is loaded, for a use other than a request.
     *
     * @throws ApiException 503 if it cannot be loaded; 429 if too many requests wait already
     */
    public Use use(ListedModel model) {
        return new Use(loading.acquire(model, Optional.empty(), _ -> {}), () -> loading.release(model));
    }

    @Override
    public void close() {
        loading.close();
    }
}
