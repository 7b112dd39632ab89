package orrery.server;

import java.util.LinkedHashMap;
import java.util.Set;
import java.util.stream.Collectors;
import orrery.server.http.Exchange;

/**
 * One line for each request, on the logger {@code orrery.access}. The line's fields follow it as a map, for loggers
 * that write fields. Nothing in it comes from a body or a header except the request's id, of which every character is
 * checked.
 */
final class AccessLog {
    private static final System.Logger LOG = System.getLogger("orrery.access");

    /** Monitoring calls these every few seconds. */
    private static final Set<String> WATCHERS = Set.of("/health", "/ready", "/metrics");

    private AccessLog() {}

    /** @param status 499 if the client left before its answer's end */
    static void answered(Exchange exchange, int status) {
        var level = WATCHERS.contains(exchange.path()) && status < 400
                ? System.Logger.Level.DEBUG
                : System.Logger.Level.INFO;
        if (!LOG.isLoggable(level)) {
            return;
        }
        long millis = (System.nanoTime() - exchange.began()) / 1_000_000;
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", exchange.id());
        fields.put("method", exchange.method());
        fields.put("path", exchange.visiblePath());
        fields.put("status", status);
        fields.put("ms", millis);
        if (status == 499) {
            fields.put("client_closed", true);
        }
        var notes = exchange.notes();
        fields.putAll(notes);
        String line = exchange.method() + " " + exchange.visiblePath() + " " + status
                + (status == 499 ? " client closed " : " ")
                + millis + " ms id=" + exchange.id()
                + notes.entrySet().stream()
                        .map(note -> " " + note.getKey() + "=" + note.getValue())
                        .collect(Collectors.joining());
        LOG.log(level, "{0}", line, fields);
    }
}
