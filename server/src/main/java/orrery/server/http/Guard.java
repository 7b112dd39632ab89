package orrery.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests are allowed. On a loopback address, a web page that the user visits could otherwise reach the
 * model: through a name that resolves to 127.0.0.1 (DNS rebinding; the {@code Host} header shows it), or from its own
 * origin (the {@code Origin} header shows it). If there are keys, each request must send one.
 *
 * @param loopback whether the server listens only on a loopback address
 * @param keys accepted in {@code Authorization: Bearer}, as the password of {@code Basic} and in {@code x-api-key};
 *     empty for no keys
 * @param publicMetrics whether {@code /metrics} needs no key
 * @param origins allowed web origins (CORS): scheme, host and port, or {@code *}
 */
public record Guard(boolean loopback, List<String> keys, boolean publicMetrics, Set<String> origins) {
    private static final Set<String> OUR_NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    /** Paths that need no key, because monitoring has none. */
    private static final Set<String> OPEN = Set.of("/health", "/ready");

    public Guard {
        keys = List.copyOf(keys);
        origins = Set.copyOf(origins);
    }

    /** Why a request is refused before its body is read; empty if it is allowed. */
    Optional<ApiException> refusal(HttpServerRequest request) {
        String origin = request.getHeader("origin");
        if (origin != null && !allows(origin) && !isOurs(origin, request)) {
            return forbidden("a page of " + VisibleHeader.of(origin)
                    + " may not use this server; --cors-origin names pages that may");
        }
        if (loopback && !isOurName(request.getHeader("host"))) {
            return forbidden("this server answers to localhost alone, and the request's Host header names "
                    + VisibleHeader.of(String.valueOf(request.getHeader("host"))));
        }
        // A CORS preflight never carries a key.
        boolean asksFirst = request.method().name().equals("OPTIONS");
        if (!keys.isEmpty() && !asksFirst && !needsNoKey(request.path()) && !hasKey(request)) {
            if (String.valueOf(request.getHeader("accept")).contains("text/html")) {
                // A browser asks its user, and then sends the key with all requests of this origin, the chat's too.
                request.response()
                        .putHeader("www-authenticate", "Basic realm=\"Password: an API key\", charset=\"UTF-8\"");
            }
            return Optional.of(ApiException.of(
                    401,
                    "invalid_api_key",
                    "no valid API key; expected one in the header Authorization: Bearer KEY or x-api-key"));
        }
        return Optional.empty();
    }

    private boolean needsNoKey(@Nullable String path) {
        return path != null && (OPEN.contains(path) || (publicMetrics && path.equals("/metrics")));
    }

    /** Whether pages of this origin may read answers. */
    boolean allows(String origin) {
        return origins.contains("*") || origins.contains(origin);
    }

    private static Optional<ApiException> forbidden(String message) {
        return Optional.of(ApiException.of(403, "", message));
    }

    /** Whether a page came from this server. */
    private static boolean isOurs(String origin, HttpServerRequest request) {
        String host = request.getHeader("host");
        return host != null && (origin.equals("http://" + host) || origin.equals("https://" + host));
    }

    private static boolean isOurName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        try {
            String name = URI.create("http://" + host).getHost();
            return name != null && OUR_NAMES.contains(name.toLowerCase(java.util.Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean hasKey(HttpServerRequest request) {
        String bearer = request.getHeader("authorization");
        boolean found = bearer != null && isKey(secret(bearer));
        // Some clients send both headers, one of them a placeholder.
        String key = request.getHeader("x-api-key");
        return (key != null && isKey(key)) | found;
    }

    /** The key within an {@code Authorization} header; empty where there is none. */
    private static String secret(String authorization) {
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        return authorization.regionMatches(true, 0, "Basic ", 0, 6) ? password(authorization.substring(6)) : "";
    }

    /** What follows the user's name; empty where there is no such thing. */
    private static String password(String basic) {
        try {
            String pair = new String(Base64.getDecoder().decode(basic.strip()), UTF_8);
            return pair.contains(":") ? pair.substring(pair.indexOf(':') + 1) : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private boolean isKey(String key) {
        byte[] given = key.getBytes(UTF_8);
        boolean found = false;
        for (String known : keys) {
            // Compare every key in constant time, so that timing reveals nothing.
            found |= MessageDigest.isEqual(known.getBytes(UTF_8), given);
        }
        return found;
    }
}
