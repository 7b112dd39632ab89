package orrery.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import orrery.engine.EngineStatistics;

/**
 * Whether a model is in memory, and how many requests use it or wait for it. Only {@link Loading} writes it, and only
 * within its lock.
 */
final class LoadState {
    private final List<CompletableFuture<ServedModel>> tickets = new ArrayList<>();
    private volatile ListedModel.Status status = ListedModel.Status.UNLOADED;
    private volatile Optional<ServedModel> opened = Optional.empty();
    private volatile int waiting;
    private volatile boolean failed;
    private OptionalLong bytes = OptionalLong.empty();
    private int uses;
    private long usedAt;
    private boolean leaving;
    private EngineStatistics earlier = EngineStatistics.NONE;

    ListedModel.Status status() {
        return status;
    }

    Optional<ServedModel> opened() {
        return opened;
    }

    /** Requests that wait for it. */
    int waiting() {
        return waiting;
    }

    /** Whether it could not be loaded when that was last tried. */
    boolean failed() {
        return failed;
    }

    /** Bytes that it takes at most; empty until they are known. */
    OptionalLong bytes() {
        return bytes;
    }

    void measured(long ofBytes) {
        bytes = OptionalLong.of(ofBytes);
    }

    /** Whether requests use it. */
    boolean used() {
        return uses > 0;
    }

    /** When a request last began or ended, as {@link System#nanoTime} tells it. */
    long usedAt() {
        return usedAt;
    }

    /** Whether it takes no further requests before those that wait for another model. */
    boolean leaving() {
        return leaving;
    }

    void leaving(boolean now) {
        leaving = now;
    }

    void enter(CompletableFuture<ServedModel> ticket) {
        tickets.add(ticket);
        waiting = tickets.size();
    }

    /** Whether the ticket was still waiting. */
    boolean leave(CompletableFuture<ServedModel> ticket) {
        boolean waited = tickets.remove(ticket);
        waiting = tickets.size();
        return waited;
    }

    void loading() {
        status = ListedModel.Status.LOADING;
    }

    synchronized void loaded(ServedModel model) {
        opened = Optional.of(model);
        status = ListedModel.Status.LOADED;
        failed = false;
        leaving = false;
        usedAt = System.nanoTime();
    }

    synchronized void unloaded() {
        earlier = statistics();
        opened = Optional.empty();
        status = ListedModel.Status.UNLOADED;
        bytes = OptionalLong.empty();
        leaving = false;
    }

    /** What its engine has done, and those before it that were closed. */
    synchronized EngineStatistics statistics() {
        return opened.map(model -> earlier.plus(model.engine().statistics())).orElse(earlier);
    }

    void begin() {
        uses++;
        usedAt = System.nanoTime();
    }

    void end() {
        uses--;
        usedAt = System.nanoTime();
    }

    /** All requests that wait use it from now on. */
    void grant() {
        for (var ticket : tickets) {
            begin();
            ticket.complete(opened.orElseThrow());
        }
        tickets.clear();
        waiting = 0;
    }

    /** Tells all requests that wait why they cannot have it. */
    void refuse(RuntimeException why) {
        tickets.forEach(ticket -> ticket.completeExceptionally(why));
        tickets.clear();
        waiting = 0;
    }

    void failed(RuntimeException why) {
        unloaded();
        failed = true;
        refuse(why);
    }
}
