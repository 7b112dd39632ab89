package orrery.server.http;

import io.vertx.core.Vertx;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Server-sent events (WHATWG HTML, section 9.2); any thread may write. During silence, comment lines keep proxies from
 * closing the connection.
 */
public final class EventStream implements AutoCloseable {
    private final Exchange exchange;
    private final Vertx vertx;
    private final long silence;
    private final long timer;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile long written = System.nanoTime();
    private boolean ended;

    EventStream(Exchange exchange, Vertx vertx, Limits limits) {
        this.exchange = exchange;
        this.vertx = vertx;
        silence = limits.silence().toNanos();
        timer = vertx.setPeriodic(Math.max(1, limits.silence().toMillis() / 3), _ -> comment());
        exchange.onGone(() -> vertx.cancelTimer(timer));
    }

    /** An event without a name. */
    public void data(String json) {
        write("data: " + json + "\n\n");
    }

    /** An event with a name. */
    public void event(String name, String json) {
        write("event: " + name + "\ndata: " + json + "\n\n");
    }

    /** Ends the stream; a second call does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                vertx.cancelTimer(timer);
                exchange.end();
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(String text) {
        lock.lock();
        try {
            exchange.write(text);
            written = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs on the event loop, which never waits: if another thread holds the lock, it is writing, so no comment is
     * needed.
     */
    private void comment() {
        if (System.nanoTime() - written < silence || !lock.tryLock()) {
            return;
        }
        try {
            if (!ended) {
                exchange.writeUnlessFull(": \n\n");
                written = System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }
}
