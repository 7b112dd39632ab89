package orrery.server.http;

/** What answers the requests of one path, each on a virtual thread of its own. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers.
     *
     * @throws ApiException for what the client is to be told
     */
    void handle(Exchange exchange);
}
