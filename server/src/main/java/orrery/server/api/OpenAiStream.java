package orrery.server.api;

import java.util.Optional;
import orrery.server.http.ApiException;
import orrery.server.http.EventStream;
import orrery.server.http.Exchange;
import tools.jackson.databind.node.ObjectNode;

/** A stream of OpenAI chunks: it opens at the first chunk, reports failures, and ends with {@code [DONE]}. */
final class OpenAiStream {
    private final Exchange exchange;
    private Optional<EventStream> events = Optional.empty();

    OpenAiStream(Exchange exchange) {
        this.exchange = exchange;
    }

    void open() {
        events = Optional.of(exchange.stream());
    }

    void chunk(ObjectNode chunk) {
        events.orElseThrow().data(JsonTree.write(chunk));
    }

    void done() {
        var open = events.orElseThrow();
        open.data("[DONE]");
        open.close();
    }

    void failed(ApiException error) {
        var open = events.orElseThrow();
        open.data(JsonTree.write(ErrorJson.openAi(error)));
        open.close();
    }

    /** {@code stream_options.include_usage}. */
    static boolean includesUsage(Body body) {
        return body.inner("stream_options")
                .map(options -> options.flag("include_usage", false))
                .orElse(false);
    }
}
