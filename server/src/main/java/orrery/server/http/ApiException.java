package orrery.server.http;

import java.util.Optional;
import orrery.OrreryException;

/**
 * What a client is told instead of an answer: a status, a sentence, and where it helps the field and a code. The API
 * that was called gives it its shape.
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

    /** 400, for a field of the body that cannot be met. */
    public static ApiException invalid(String param, String message) {
        return new ApiException(400, "", param, 0, message);
    }

    /** 400 with a code of its own, such as {@code context_length_exceeded}. */
    public static ApiException invalid(String param, String code, String message) {
        return new ApiException(400, code, param, 0, message);
    }

    /** Another status, with or without a code. */
    public static ApiException of(int status, String code, String message) {
        return new ApiException(status, code, "", 0, message);
    }

    /** 429: there are too many requests now, and a later one may be served. */
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

    /** What a program can tell it by, where there is such a word. */
    public Optional<String> code() {
        return code.isEmpty() ? Optional.empty() : Optional.of(code);
    }

    /** The field of the body that it is about. */
    public Optional<String> param() {
        return param.isEmpty() ? Optional.empty() : Optional.of(param);
    }

    /** Seconds after which a client may ask again; 0 where that would not help. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
