package orrery.server.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import orrery.OrreryException;
import orrery.engine.LoadListener;
import orrery.server.http.ApiException;
import orrery.server.http.ClientGoneException;

/**
 * Which models are in memory. One thread loads and unloads, one model at a time, in the order in which they were first
 * asked for. Requests for a model wait until it is loaded, and use it until they end; a model in use is never unloaded.
 * Where a model needs room, those without requests are unloaded, the longest unused first; where that is not enough,
 * the longest unused of the others takes no further requests until the one that waits has had its turn.
 */
final class Loading implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Loading.class.getName());

    /** How long the end waits for a model that is being loaded; it is closed in any case, by the thread that loads. */
    private static final Duration LAST_LOAD = Duration.ofSeconds(10);

    private final ModelRoom room;
    private final Optional<Duration> idle;
    private final Thread thread;

    /** Models in memory. */
    private final List<ListedModel> loaded = new ArrayList<>();

    /** Models that requests wait for, in the order of their first requests. */
    private final SequencedSet<ListedModel> wanted = new LinkedHashSet<>();

    private boolean closed;
    private double secondsOfLoad = 1;

    /** What the thread does next, outside the lock. */
    private sealed interface Step {
        /** Finds out how much memory it takes. */
        record Measure(ListedModel model) implements Step {}

        record Load(ListedModel model) implements Step {}

        record Unload(ListedModel model, ServedModel opened, String why) implements Step {}
    }

    /** @param idle after so long without a request a model is unloaded; never if empty */
    Loading(ModelRoom room, Optional<Duration> idle) {
        this.room = room;
        this.idle = idle;
        thread = Thread.ofPlatform().name("orrery-models").daemon().unstarted(this::run);
    }

    /**
     * Loads a first model by the calling thread, and then listens to requests.
     *
     * @param first empty for none
     * @param alone whether no other ever needs room beside it
     * @throws orrery.OrreryException if it cannot be read or run
     */
    void start(Optional<ListedModel> first, boolean alone, LoadListener listener) {
        if (first.isPresent()) {
            var model = first.get();
            long bytes = alone ? 0 : model.footprint().bytes();
            var opened = model.open(listener);
            synchronized (this) {
                model.state().measured(bytes);
                model.state().loaded(opened);
                loaded.add(model);
            }
        }
        thread.start();
    }

    /**
     * Has a model loaded and keeps it so; every call that returns needs one of {@link #release}.
     *
     * @param atMost how long to wait; any time if empty
     * @param onGone takes what is to be done when the client leaves
     * @throws ApiException 503, if it cannot be loaded, or not in time, or the server ends; 429, if too many wait
     *     already
     * @throws ClientGoneException if the client has left meanwhile
     */
    ServedModel acquire(ListedModel model, Optional<Duration> atMost, Consumer<Runnable> onGone) {
        var ticket = new CompletableFuture<ServedModel>();
        var state = model.state();
        synchronized (this) {
            if (closed) {
                throw stopping();
            }
            var opened = state.opened();
            if (opened.isPresent() && !state.leaving()) {
                state.begin();
                return opened.get();
            }
            if (state.waiting() >= model.mostWaiting()) {
                throw ApiException.busy(
                        secondsUntilLoaded(),
                        state.waiting() + " requests wait for the model '" + Shown.text(model.name())
                                + "' to be loaded; try again later");
            }
            state.enter(ticket);
            wanted.add(model);
            notifyAll();
        }
        onGone.accept(() -> leave(
                model, ticket, new ClientGoneException("the client has left while it waited for " + model.name())));
        try {
            return awaited(model, ticket, atMost);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OrreryException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            if (!leave(model, ticket, stopping()) && !ticket.isCompletedExceptionally()) {
                release(model);
            }
            Thread.currentThread().interrupt();
            throw stopping();
        }
    }

    private ServedModel awaited(ListedModel model, CompletableFuture<ServedModel> ticket, Optional<Duration> atMost)
            throws ExecutionException, InterruptedException {
        try {
            return ticket.get(atMost.map(Duration::toNanos).orElse(Long.MAX_VALUE), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // Unless it came in the same moment, that is what the ticket says now.
            leave(
                    model,
                    ticket,
                    ApiException.late(
                            secondsUntilLoaded(),
                            String.format(
                                    Locale.ROOT,
                                    "the model '%s' was not loaded within %.1f s; try again later",
                                    Shown.text(model.name()),
                                    atMost.orElseThrow().toNanos() / 1e9)));
            return ticket.get();
        }
    }

    private synchronized int secondsUntilLoaded() {
        return (int) Math.clamp(Math.ceil(secondsOfLoad), 1, 60);
    }

    /** Whether the ticket was still waiting; then it waits no more, and says why. */
    private synchronized boolean leave(ListedModel model, CompletableFuture<ServedModel> ticket, OrreryException why) {
        if (!model.state().leave(ticket)) {
            return false;
        }
        ticket.completeExceptionally(why);
        notifyAll();
        return true;
    }

    /** A request no longer uses the model. */
    synchronized void release(ListedModel model) {
        model.state().end();
        notifyAll();
    }

    private static ApiException stopping() {
        return ApiException.of(503, "stopping", "the server is stopping");
    }

    private void run() {
        for (var step = next(); step.isPresent(); step = next()) {
            switch (step.get()) {
                case Step.Measure(ListedModel model) -> measure(model);
                case Step.Load(ListedModel model) -> load(model);
                case Step.Unload(ListedModel model, ServedModel opened, String why) -> unload(model, opened, why);
            }
        }
    }

    /** Waits until there is something to do; empty at the end. */
    private synchronized Optional<Step> next() {
        while (!closed) {
            var step = decide();
            if (step.isPresent()) {
                return step;
            }
            try {
                wait(millisUntilIdle());
            } catch (InterruptedException e) {
                // No code interrupts this thread except to end it.
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<Step> decide() {
        wanted.removeIf(model -> model.state().waiting() == 0);
        if (wanted.isEmpty()) {
            loaded.forEach(model -> model.state().leaving(false));
            return longestUnused(true)
                    .filter(model -> nanosUntilIdle(model) <= 0)
                    .map(model -> forget(model, "it was unused"));
        }
        var model = wanted.getFirst();
        var state = model.state();
        if (state.opened().isPresent()) {
            // The clients that it was to make room for have left.
            state.leaving(false);
            state.grant();
            return decide();
        }
        if (state.bytes().isEmpty()) {
            return Optional.of(new Step.Measure(model));
        }
        var taken = loaded.stream().map(one -> one.state().bytes().orElse(0)).toList();
        if (room.holds(taken, state.bytes().getAsLong())) {
            state.loading();
            return Optional.of(new Step.Load(model));
        }
        var unused = longestUnused(true);
        if (unused.isPresent()) {
            return Optional.of(forget(unused.get(), "to make room for " + model.name()));
        }
        if (loaded.stream().noneMatch(one -> one.state().leaving())) {
            longestUnused(false).ifPresent(one -> one.state().leaving(true));
        }
        return Optional.empty();
    }

    /** The one whose last request is longest ago, of those that no request uses, or of all. */
    private Optional<ListedModel> longestUnused(boolean free) {
        long now = System.nanoTime();
        return loaded.stream()
                .filter(model -> !free || !model.state().used())
                .min(Comparator.comparingLong(model -> model.state().usedAt() - now));
    }

    /** Takes a model out of what is loaded: from here on, a request for it waits until it is loaded again. */
    private Step forget(ListedModel model, String why) {
        var opened = model.state().opened().orElseThrow();
        loaded.remove(model);
        model.state().unloaded();
        return new Step.Unload(model, opened, why);
    }

    private long nanosUntilIdle(ListedModel model) {
        return idle.map(time ->
                        time.toNanos() - (System.nanoTime() - model.state().usedAt()))
                .orElse(Long.MAX_VALUE);
    }

    /** How long there is nothing to do unless a request begins or ends; 0 for any time. */
    private long millisUntilIdle() {
        return idle.isEmpty() || !wanted.isEmpty()
                ? 0
                : longestUnused(true)
                        .map(model -> Math.max(0, nanosUntilIdle(model)) / 1_000_000 + 1)
                        .orElse(0L);
    }

    private void measure(ListedModel model) {
        try {
            long bytes = model.footprint().bytes();
            synchronized (this) {
                model.state().measured(bytes);
            }
        } catch (RuntimeException | Error e) {
            fail(model, e);
        }
    }

    private void load(ListedModel model) {
        long began = System.nanoTime();
        LOG.log(System.Logger.Level.INFO, () -> "loading " + model.name());
        ServedModel opened;
        try {
            opened = model.open((_, _) -> requireOpen());
        } catch (RuntimeException | Error e) {
            fail(model, e);
            return;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        synchronized (this) {
            secondsOfLoad = seconds;
            if (!closed) {
                model.state().loaded(opened);
                loaded.add(model);
                model.state().grant();
                wanted.remove(model);
            }
        }
        if (model.state().opened().isEmpty()) {
            opened.close();
            return;
        }
        LOG.log(
                System.Logger.Level.INFO,
                () -> String.format(Locale.ROOT, "loaded %s in %.1f s", model.name(), seconds));
    }

    /** Breaks a long load off when the server ends. */
    private synchronized void requireOpen() {
        if (closed) {
            throw stopping();
        }
    }

    private void fail(ListedModel model, Throwable why) {
        boolean ended;
        synchronized (this) {
            ended = closed;
            model.state().failed(ended ? stopping() : LoadFailure.of(model, why));
            wanted.remove(model);
        }
        if (!ended) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    model.name() + " (" + model.path() + ") could not be loaded: " + why.getMessage(),
                    why);
        }
    }

    private static void unload(ListedModel model, ServedModel opened, String why) {
        try {
            opened.close();
            LOG.log(System.Logger.Level.INFO, () -> "unloaded " + model.name() + ": " + why);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, model.name() + " could not be unloaded: " + e.getMessage(), e);
        }
    }

    /** Refuses requests that wait, breaks off those that use a model, and frees everything. */
    @Override
    public void close() {
        List<ServedModel> open;
        synchronized (this) {
            closed = true;
            wanted.forEach(model -> model.state().refuse(stopping()));
            wanted.clear();
            open = loaded.stream()
                    .flatMap(model -> model.state().opened().stream())
                    .toList();
            notifyAll();
        }
        open.forEach(ServedModel::close);
        try {
            if (thread.getState() != Thread.State.NEW) {
                thread.join(LAST_LOAD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
