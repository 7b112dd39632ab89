package orrery.server.http;

/** Answers the requests of one path, each on its own virtual thread. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers a request.
     *
     * @throws ApiException an error for the client
     */
    void handle(Exchange exchange);
}
