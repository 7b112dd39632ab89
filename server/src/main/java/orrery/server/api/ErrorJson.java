package orrery.server.api;

import orrery.server.http.ApiException;
import tools.jackson.databind.node.ObjectNode;

/** An error in the form of the API that a path belongs to. */
public final class ErrorJson {
    private ErrorJson() {}

    /** The JSON of an error for a request's path. */
    public static String of(String path, ApiException error, String requestId) {
        return JsonTree.write(path.startsWith("/v1/messages") ? anthropic(error, requestId) : openAi(error));
    }

    /** {@code {"error": {"message", "type", "param", "code"}}}. */
    static ObjectNode openAi(ApiException error) {
        var object = JsonTree.object();
        var inner = object.putObject("error");
        inner.put("message", error.getMessage());
        inner.put(
                "type",
                switch (error.status()) {
                    case 401 -> "authentication_error";
                    case 403 -> "permission_error";
                    case 429 -> "rate_limit_error";
                    case 500, 503, 504 -> "server_error";
                    default -> "invalid_request_error";
                });
        inner.put("param", error.param().orElse(null));
        inner.put("code", error.code().orElse(null));
        return object;
    }

    /** {@code {"type": "error", "error": {"type", "message"}, "request_id"}}. */
    static ObjectNode anthropic(ApiException error, String requestId) {
        var object = JsonTree.object();
        object.put("type", "error");
        var inner = object.putObject("error");
        inner.put(
                "type",
                switch (error.status()) {
                    case 401 -> "authentication_error";
                    case 403 -> "permission_error";
                    case 404 -> "not_found_error";
                    case 413 -> "request_too_large";
                    case 429 -> "rate_limit_error";
                    case 500 -> "api_error";
                    case 503, 504 -> "overloaded_error";
                    default -> "invalid_request_error";
                });
        inner.put(
                "message",
                error.param().isEmpty()
                                || String.valueOf(error.getMessage())
                                        .startsWith(error.param().get())
                        ? error.getMessage()
                        : error.param().get() + ": " + error.getMessage());
        object.put("request_id", requestId);
        return object;
    }
}
