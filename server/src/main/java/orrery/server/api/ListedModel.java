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

/** A model that requests can name, whether it is loaded or not. */
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

        /** Its name in responses. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is known about a model without running it.
     *
     * @param context the maximum number of tokens of prompt and output
     * @param chat its syntax for reasoning and tool calls; empty for a model without a chat template
     */
    record Known(Catalog.Description description, int context, Optional<ChatFormat> chat) {}

    /**
     * @param name its name in requests
     * @param aliases further names
     * @param path a directory in Hugging Face's layout, or a GGUF file
     * @param options how to run it
     * @param queue sequences that may wait, per sequence that may run
     */
    public ListedModel(String name, List<String> aliases, Path path, EngineOptions options, int queue) {
        this.name = name;
        this.aliases = List.copyOf(aliases);
        this.path = path;
        this.options = options;
        waiting = options.maxSequences() * queue;
    }

    /** Its name in requests. */
    public String name() {
        return name;
    }

    /** Whether this is its name or one of its aliases. */
    boolean isCalled(String wanted) {
        return name.equals(wanted) || aliases.contains(wanted);
    }

    /** Further names. */
    public List<String> aliases() {
        return aliases;
    }

    /** Its directory or file. */
    public Path path() {
        return path;
    }

    long created() {
        return created;
    }

    LoadState state() {
        return state;
    }

    /** The maximum number of requests that may wait for it to be loaded. */
    int mostWaiting() {
        return options.maxSequences() + waiting;
    }

    /** Whether it is in memory. */
    public Status status() {
        return state.status();
    }

    /** Running sequences. */
    public int running() {
        return state.opened().map(ServedModel::running).orElse(0);
    }

    /** Waiting sequences, and requests that wait for it to be loaded. */
    public int waiting() {
        return state.waiting() + state.opened().map(ServedModel::waiting).orElse(0);
    }

    /** The share of its KV cache's bytes that is in use; 0 while it is not loaded. */
    public double cacheUsage() {
        return state.opened()
                .map(model -> (double) model.engine().cacheBytesHeld()
                        / Math.max(1, model.engine().cacheBytes()))
                .orElse(0.0);
    }

    /** The counters of its engines since the server started; unloading the model does not reset them. */
    public EngineStatistics statistics() {
        return state.statistics();
    }

    /** Its architecture according to its files, which are read at the first call; empty if they cannot be read. */
    public Optional<Catalog.Description> description() {
        return known().map(Known::description);
    }

    /** What is known about it without running it; empty if its files cannot be read. */
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
                // One broken model must not make the list of all models fail.
                LOG.log(
                        System.Logger.Level.ERROR,
                        name + " (" + path + ") cannot be described because of a defect in Orrery",
                        e);
            }
        }
        return known;
    }

    /** Its files have changed: they are read again at the next call. */
    synchronized void forgetKnown() {
        known = Optional.empty();
    }

    /** @throws OrreryException if its files cannot be read */
    Footprint footprint() {
        return Footprint.of(path, options);
    }

    /**
     * Loads it.
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
