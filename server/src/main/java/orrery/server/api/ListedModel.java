package orrery.server.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import orrery.OrreryException;
import orrery.catalog.Catalog;
import orrery.chat.ChatFormat;
import orrery.engine.Engine;
import orrery.engine.EngineOptions;
import orrery.engine.EngineStatistics;
import orrery.engine.Footprint;
import orrery.engine.LoadListener;

/** A model that clients can name, loaded or not. */
public final class ListedModel {
    private static final System.Logger LOG = System.getLogger(ListedModel.class.getName());

    private final String name;
    private final List<String> aliases;
    private final Path path;
    private final EngineOptions options;
    private final int waiting;
    private final long created = System.currentTimeMillis() / 1000;
    private final LoadState state = new LoadState();
    private Optional<Known> known = Optional.empty();

    /** Whether it is in memory. */
    public enum Status {
        UNLOADED,
        LOADING,
        LOADED;

        /** As clients read it. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What can be said of a model without running it.
     *
     * @param context tokens of prompt and answer at most
     * @param chat how it writes thoughts and calls; empty for a model that was not made for conversations
     */
    record Known(Catalog.Description description, int context, Optional<ChatFormat> chat) {}

    /**
     * @param name what clients call it
     * @param aliases other names that it answers to
     * @param path a directory in Hugging Face's layout, or a GGUF file
     * @param options how it is run
     * @param queue answers that may wait for each that may run
     */
    public ListedModel(String name, List<String> aliases, Path path, EngineOptions options, int queue) {
        this.name = name;
        this.aliases = List.copyOf(aliases);
        this.path = path;
        this.options = options;
        waiting = options.maxSequences() * queue;
    }

    /** What clients call it. */
    public String name() {
        return name;
    }

    /** Whether a client means this one. */
    boolean isCalled(String wanted) {
        return name.equals(wanted) || aliases.contains(wanted);
    }

    /** Other names that it answers to. */
    public List<String> aliases() {
        return aliases;
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    long created() {
        return created;
    }

    LoadState state() {
        return state;
    }

    /** Requests that may wait for it to be loaded. */
    int mostWaiting() {
        return options.maxSequences() + waiting;
    }

    /** Whether it is in memory. */
    public Status status() {
        return state.status();
    }

    /** Answers that run now. */
    public int running() {
        return state.opened().map(ServedModel::running).orElse(0);
    }

    /** Answers that wait now, and requests that wait for it to be loaded. */
    public int waiting() {
        return state.waiting() + state.opened().map(ServedModel::waiting).orElse(0);
    }

    /** The share of its KV cache's bytes that are in use; 0 where it is not loaded. */
    public double cacheUsage() {
        return state.opened()
                .map(model -> (double) model.engine().cacheBytesHeld()
                        / Math.max(1, model.engine().cacheBytes()))
                .orElse(0.0);
    }

    /** What its engines have done since the server began: unloading a model resets nothing. */
    public EngineStatistics statistics() {
        return state.statistics();
    }

    /** What its files say of its architecture, read when first asked for; empty while they cannot be read. */
    public Optional<Catalog.Description> description() {
        return known().map(Known::description);
    }

    /** What can be said of it without running it; empty while its files cannot be read. */
    synchronized Optional<Known> known() {
        if (known.isEmpty()) {
            try {
                var footprint = footprint();
                known = Optional.of(new Known(
                        footprint.description(),
                        footprint.context(),
                        footprint.template().map(found -> ChatFormat.read(path, Optional.of(found)))));
            } catch (OrreryException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> name + " cannot be described: " + e.getMessage());
            } catch (RuntimeException e) {
                // One model's files must not hide all others.
                LOG.log(System.Logger.Level.ERROR, name + " (" + path + ") cannot be described: our own defect", e);
            }
        }
        return known;
    }

    /** Its files are others now: what they say is read again. */
    synchronized void forgetKnown() {
        known = Optional.empty();
    }

    /** @throws OrreryException if its files cannot be read */
    Footprint footprint() {
        return Footprint.of(path, options);
    }

    /**
     * Opens it.
     *
     * @throws OrreryException if it cannot be read or run
     */
    ServedModel open(LoadListener listener) {
        var engine = Engine.open(path, options, listener);
        try {
            var format = ChatFormat.read(path, engine.chatTemplate());
            synchronized (this) {
                known = Optional.of(new Known(
                        engine.description(),
                        engine.context(),
                        engine.chatTemplate().map(_ -> format)));
            }
            return new ServedModel(name, engine, format, options.maxSequences(), waiting);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }
}
