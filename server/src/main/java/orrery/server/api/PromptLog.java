package orrery.server.api;

import java.util.Map;
import orrery.server.http.Exchange;

/**
 * Logs prompts and responses to the logger {@code orrery.prompts} at level {@code DEBUG}, which is off unless it is
 * enabled.
 */
final class PromptLog {
    private static final System.Logger LOG = System.getLogger("orrery.prompts");
    private static final System.Logger.Level LEVEL = System.Logger.Level.DEBUG;

    /** Collects a response. Not thread-safe. */
    interface Answer extends AutoCloseable {
        void add(String piece);

        /** Logs the response, if responses are logged. */
        @Override
        void close();
    }

    private static final Answer NOT_WANTED = new Answer() {
        @Override
        public void add(String piece) {}

        @Override
        public void close() {}
    };

    private PromptLog() {}

    /** Logs a prompt if prompts are logged, and notes its length. */
    static void asked(Exchange exchange, ServedModel model, int[] prompt) {
        exchange.note("model", model.name());
        exchange.count("prompt_tokens", prompt.length);
        if (LOG.isLoggable(LEVEL)) {
            log(exchange, "prompt", model.engine().tokenizer().decode(prompt));
        }
    }

    /** A collector for the pieces of a response. */
    static Answer answer(Exchange exchange) {
        if (!LOG.isLoggable(LEVEL)) {
            return NOT_WANTED;
        }
        var text = new StringBuilder();
        return new Answer() {
            @Override
            public void add(String piece) {
                text.append(piece);
            }

            @Override
            public void close() {
                log(exchange, "answer", text.toString());
            }
        };
    }

    private static void log(Exchange exchange, String kind, String text) {
        // Line ends are escaped: a text must not look like another line of the log.
        String line = kind + " of " + exchange.id() + ": "
                + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        LOG.log(LEVEL, "{0}", line, Map.of("id", exchange.id(), kind, text));
    }
}
