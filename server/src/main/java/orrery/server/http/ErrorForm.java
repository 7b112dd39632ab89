package orrery.server.http;

/** The JSON form of errors in the API that a path belongs to. */
@FunctionalInterface
public interface ErrorForm {
    /** The JSON of an error. */
    String json(String path, ApiException error, String requestId);
}
