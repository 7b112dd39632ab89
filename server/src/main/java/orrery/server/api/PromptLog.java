package orrery.server.api;

import java.util.Map;
import orrery.server.http.Exchange;

/**
 * What models are asked and what they answer, on the logger {@code orrery.prompts} and at level {@code DEBUG}: nowhere,
 * unless that logger is told to.
 */
final class PromptLog {
    private static final System.Logger LOG = System.getLogger("orrery.prompts");
    private static final System.Logger.Level LEVEL = System.Logger.Level.DEBUG;

    /** An answer as it grows. Of one thread. */
    interface Answer extends AutoCloseable {
        void add(String piece);

        /** Logs it, if any of it is wanted. */
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

    /** Logs a prompt where prompts are wanted, and notes how long it is. */
    static void asked(Exchange exchange, ServedModel model, int[] prompt) {
        exchange.note("model", model.name());
        exchange.count("prompt_tokens", prompt.length);
        if (LOG.isLoggable(LEVEL)) {
            log(exchange, "prompt", model.engine().tokenizer().decode(prompt));
        }
    }

    /** What an answer's pieces are told to. */
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
        // Line ends as people write them: a text must not look like another line of the log.
        String line = kind + " of " + exchange.id() + ": "
                + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        LOG.log(LEVEL, "{0}", line, Map.of("id", exchange.id(), kind, text));
    }
}
