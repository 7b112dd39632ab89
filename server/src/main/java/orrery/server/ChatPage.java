package orrery.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;

/** A file of the chat page, which talks to the same API as every other client. */
record ChatPage(String type, byte[] bytes) implements Endpoint {

    /** A file among our resources. */
    static ChatPage of(String name, String type) {
        try (var in = Objects.requireNonNull(ChatPage.class.getResourceAsStream(name), name)) {
            return new ChatPage(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.answerHeader(
                "content-security-policy",
                "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'");
        exchange.answerHeader("x-content-type-options", "nosniff");
        exchange.answerHeader("referrer-policy", "no-referrer");
        exchange.answer(200, type, bytes);
    }
}
