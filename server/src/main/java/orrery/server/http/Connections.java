package orrery.server.http;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The open connections. Limits their number, and closes those that have been open too long without a complete request
 * head. Used only on the event loop.
 */
final class Connections {
    private final int most;
    private final long idle;
    private final Map<HttpConnection, State> open = new HashMap<>();

    private static final class State {
        private long since = System.nanoTime();
        private int requests;
    }

    Connections(int most, Duration idle) {
        this.most = most;
        this.idle = idle.toNanos();
    }

    void opened(HttpConnection connection) {
        if (open.size() >= most) {
            connection.close();
            return;
        }
        open.put(connection, new State());
        connection.closeHandler(_ -> open.remove(connection));
    }

    void requestBegan(HttpConnection connection) {
        var state = open.get(connection);
        if (state != null) {
            state.requests++;
        }
    }

    void requestEnded(HttpConnection connection) {
        var state = open.get(connection);
        if (state != null) {
            state.requests--;
            state.since = System.nanoTime();
        }
    }

    /** Closes connections that have been idle for too long. */
    void sweep() {
        long now = System.nanoTime();
        open.entrySet().stream()
                .filter(entry -> entry.getValue().requests == 0 && now - entry.getValue().since > idle)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(HttpConnection::close);
    }

    int count() {
        return open.size();
    }
}
