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
 * Loads and unloads models. One thread does this, one model at a time, in the order of the first request for each.
 * Requests for a model wait until it is loaded, and use it until they end; a model in use is never unloaded. If a model
 * needs space, models without requests are unloaded, least recently used first. If that is not enough, the least
 * recently used of the others accepts no further requests until the waiting model has been loaded.
 */
final class Loading implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Loading.class.getName());

    /** How long {@link #close} waits for a load in progress; the loading thread closes that model in any case. */
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

    /** The thread's next action, done outside the lock. */
    private sealed interface Step {
        /** Computes how much memory the model needs. */
        record Measure(ListedModel model) implements Step {}

        record Load(ListedModel model) implements Step {}

        record Unload(ListedModel model, ServedModel opened, String why) implements Step {}
    }

    /** @param idle a model without a request for this long is unloaded; never if empty */
    Loading(ModelRoom room, Optional<Duration> idle) {
        this.room = room;
        this.idle = idle;
        thread = Thread.ofPlatform().name("orrery-models").daemon().unstarted(this::run);
    }

    /**
     * Loads the first model on the calling thread, then starts the loading thread.
     *
     * @param first empty for none
     * @param alone whether it is the only model, so that its size does not matter
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
     * Waits until a model is loaded, and keeps it loaded; each call that returns needs a call of {@link #release}.
     *
     * @param atMost how long to wait; no limit if empty
     * @param onGone registers an action for when the client disconnects
     * @throws ApiException 503 if the model cannot be loaded, or not in time, or the server stops; 429 if too many
     *     requests wait already
     * @throws ClientGoneException if the client disconnects meanwhile
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
                model, ticket, new ClientGoneException("the client disconnected while it waited for " + model.name())));
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
            // Fails the ticket, unless the model was loaded at this very moment.
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

    /** Fails a waiting ticket with a reason; false if the ticket was no longer waiting. */
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

    /** Waits for the next step; empty when the server stops. */
    private synchronized Optional<Step> next() {
        while (!closed) {
            var step = decide();
            if (step.isPresent()) {
                return step;
            }
            try {
                wait(millisUntilIdle());
            } catch (InterruptedException e) {
                // An interrupt can only mean that this thread should end.
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
                    .map(model -> forget(model, "it was idle"));
        }
        var model = wanted.getFirst();
        var state = model.state();
        if (state.opened().isPresent()) {
            // The clients that it should have made space for have disconnected.
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

    /**
     * The least recently used model.
     *
     * @param free whether only models without requests count
     */
    private Optional<ListedModel> longestUnused(boolean free) {
        long now = System.nanoTime();
        return loaded.stream()
                .filter(model -> !free || !model.state().used())
                .min(Comparator.comparingLong(model -> model.state().usedAt() - now));
    }

    /** Removes a model from the loaded ones: further requests for it wait until it is loaded again. */
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

    /** Milliseconds until the next model has been idle for long enough; 0 if there is nothing to wait for. */
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

    /** Aborts a load when the server stops. */
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

    /** Refuses waiting requests, aborts those that use a model, and frees everything. */
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
