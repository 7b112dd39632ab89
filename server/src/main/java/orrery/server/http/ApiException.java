package orrery.server.http;

import java.util.Optional;
import orrery.OrreryException;

/**
 * An error for the client: a status and a message, with an optional field and code. The API that was called decides its
 * JSON form.
 */
public final class ApiException extends OrreryException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String param;
    private final int retryAfterSeconds;

    private ApiException(int status, String code, String param, int retryAfterSeconds, String message) {
        super(message);
        this.status = status;
        this.code = code;
        this.param = param;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** 400: a field of the body cannot be honoured. */
    public static ApiException invalid(String param, String message) {
        return new ApiException(400, "", param, 0, message);
    }

    /** 400 with a code, such as {@code context_length_exceeded}. */
    public static ApiException invalid(String param, String code, String message) {
        return new ApiException(400, code, param, 0, message);
    }

    /** Another status, with an optional code. */
    public static ApiException of(int status, String code, String message) {
        return new ApiException(status, code, "", 0, message);
    }

    /** 429: there are too many requests now; a later one may succeed. */
    public static ApiException busy(int retryAfterSeconds, String message) {
        return new ApiException(429, "rate_limit_exceeded", "", retryAfterSeconds, message);
    }

    /** 503: it was taken, and did not begin in time; a later one, or another server, may do better. */
    public static ApiException late(int retryAfterSeconds, String message) {
        return new ApiException(503, "timeout", "", retryAfterSeconds, message);
    }

    /** The same with the field that it is about. */
    public ApiException about(String field) {
        return new ApiException(status, code, field, retryAfterSeconds, String.valueOf(getMessage()));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The error code for programs, if there is one. */
    public Optional<String> code() {
        return code.isEmpty() ? Optional.empty() : Optional.of(code);
    }

    /** The field of the body that the error is about. */
    public Optional<String> param() {
        return param.isEmpty() ? Optional.empty() : Optional.of(param);
    }

    /** The Retry-After header's seconds; 0 if retrying would not help. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
