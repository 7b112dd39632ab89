package orrery.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request and its answer. The request's virtual thread reads and writes it; the event loop tells it when the client
 * disconnects.
 */
public final class Exchange {
    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Limits limits;
    private final String id;
    private final long began = System.nanoTime();
    private final List<Runnable> whenGone = new ArrayList<>();
    private final List<Runnable> whenHandled = new ArrayList<>();
    private final Map<String, Object> notes = new LinkedHashMap<>();
    private byte[] body = new byte[0];
    private boolean gone;
    private boolean begun;

    Exchange(Vertx vertx, HttpServerRequest request, Limits limits, String id) {
        this.vertx = vertx;
        this.request = request;
        this.limits = limits;
        this.id = id;
        response = request.response();
        response.setWriteQueueMaxSize(limits.unreadBytes());
        response.putHeader("x-request-id", id);
        // Anthropic's name for it.
        response.putHeader("request-id", id);
        response.exceptionHandler(_ -> leave());
        response.closeHandler(_ -> leave());
    }

    /** GET, POST and so on. */
    public String method() {
        return request.method().name();
    }

    /** The path, without a query. */
    public String path() {
        return Optional.ofNullable(request.path()).orElse("/");
    }

    /** The path, short and without control characters. */
    public String visiblePath() {
        return VisibleHeader.of(path());
    }

    /** Notes something about this request for the log: a name of ours, never what a client wrote. */
    public synchronized void note(String name, String value) {
        notes.put(name, value);
    }

    /** Adds to a number that is noted for the log. */
    public synchronized void count(String name, int more) {
        notes.merge(name, more, (before, _) -> (Integer) before + more);
    }

    /** Notes a number for the log, unless it was noted before. */
    public synchronized void first(String name, int value) {
        notes.putIfAbsent(name, value);
    }

    /** What was noted, in its order: texts and whole numbers. */
    public synchronized Map<String, Object> notes() {
        return new LinkedHashMap<>(notes);
    }

    /** A header of the request. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** The bytes of the body; empty if there is none. */
    public byte[] body() {
        return body;
    }

    void body(byte[] bytes) {
        body = bytes;
    }

    /** The request's id in logs and answers. */
    public String id() {
        return id;
    }

    /** When the request arrived, in {@link System#nanoTime} units. */
    public long began() {
        return began;
    }

    /** Whether the client has disconnected. */
    public synchronized boolean gone() {
        return gone;
    }

    /** Whether the head of the answer has been written, after which an error can no longer be an HTTP status. */
    public synchronized boolean begun() {
        return begun;
    }

    /** The last status written; 200 before any. */
    public int status() {
        return response.getStatusCode();
    }

    /** Runs an action when the client disconnects before the answer ends; at once if it already has. */
    public void onGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                whenGone.add(action);
                return;
            }
        }
        action.run();
    }

    /** Has something done when the endpoint is done with the request, however that ends. Only for its own thread. */
    public void onHandled(Runnable action) {
        whenHandled.add(action);
    }

    void handled() {
        whenHandled.forEach(Runnable::run);
    }

    private void leave() {
        List<Runnable> actions;
        synchronized (this) {
            // Also called after a complete answer, when there is nothing left to stop.
            if (gone || response.ended()) {
                return;
            }
            gone = true;
            actions = List.copyOf(whenGone);
        }
        actions.forEach(Runnable::run);
        synchronized (this) {
            notifyAll();
        }
    }

    /** Adds a header to the answer; only before it begins. */
    public void answerHeader(String name, String value) {
        response.putHeader(name, value);
    }

    /** Adds a value to a header of the answer, which may have others; only before it begins. */
    public void addAnswerHeader(String name, String value) {
        String before = response.headers().get(name);
        response.putHeader(name, before == null ? value : before + ", " + value);
    }

    /** Sends a whole answer. A long answer waits for a slow reader, but never on the event loop. */
    public void answer(int status, String type, byte[] bytes) {
        begin(status, type);
        var whole = Buffer.buffer(bytes);
        int piece = limits.unreadBytes();
        if (bytes.length <= piece || method().equals("HEAD")) {
            response.end(whole).onFailure(_ -> leave());
            return;
        }
        response.putHeader("content-length", String.valueOf(bytes.length));
        for (int from = 0; from < bytes.length; from += piece) {
            write(whole.slice(from, Math.min(bytes.length, from + piece)));
        }
        end();
    }

    /** Sends JSON. */
    public void json(int status, String json) {
        answer(status, "application/json", json.getBytes(UTF_8));
    }

    /** Starts an event stream, which the caller must close. */
    public EventStream stream() {
        response.setChunked(true);
        response.putHeader("cache-control", "no-cache");
        // Without it, nginx waits until its own buffer is full.
        response.putHeader("x-accel-buffering", "no");
        begin(200, "text/event-stream");
        return new EventStream(this, vertx, limits);
    }

    private void begin(int status, String type) {
        synchronized (this) {
            if (gone) {
                throw new ClientGoneException("the client has left");
            }
            begun = true;
        }
        response.setStatusCode(status);
        response.putHeader("content-type", type);
    }

    /**
     * Writes a part of an answer; waits while the client does not read.
     *
     * @throws ClientGoneException if the client has disconnected, or has not read for too long and is disconnected
     */
    void write(String text) {
        write(Buffer.buffer(text));
    }

    private void write(Buffer part) {
        long deadline = System.nanoTime() + limits.unread().toNanos();
        synchronized (this) {
            while (!gone && response.writeQueueFull()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    break;
                }
                response.drainHandler(_ -> wake());
                try {
                    wait(Math.min(left, 100));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ClientGoneException("interrupted while a client was waited for");
                }
            }
            if (gone) {
                throw new ClientGoneException("the client has left");
            }
        }
        if (response.writeQueueFull()) {
            disconnect();
            throw new ClientGoneException(
                    "the client has read nothing for " + limits.unread().toSeconds() + " s");
        }
        response.write(part).onFailure(_ -> leave());
    }

    /** Writes without waiting; writes nothing if the client has much left to read. */
    void writeUnlessFull(String text) {
        if (!gone() && !response.writeQueueFull()) {
            response.write(text).onFailure(_ -> leave());
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    void end() {
        response.end().onFailure(_ -> leave());
    }

    /**
     * Closes the connection in the middle of an answer. The client may still read what was written, at most
     * {@link Limits#unreadBytes}.
     */
    void disconnect() {
        leave();
        request.connection().close();
    }
}
