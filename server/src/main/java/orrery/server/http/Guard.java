package orrery.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. On a loopback address a web page that a user visits could otherwise reach the model: by a name that
 * resolves to 127.0.0.1 (DNS rebinding), which the {@code Host} header gives away, or from its own origin, which the
 * {@code Origin} header does. With keys, only those who send one.
 *
 * @param loopback whether the server listens to this machine alone
 * @param keys accepted in {@code Authorization: Bearer} and {@code x-api-key}; empty for no keys
 * @param publicMetrics whether {@code /metrics} needs no key
 * @param origins pages elsewhere that may ask (CORS): scheme, host and port, or {@code *}
 */
public record Guard(boolean loopback, List<String> keys, boolean publicMetrics, Set<String> origins) {
    private static final Set<String> OUR_NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    /** Paths that answer without a key: what watches a server has none. */
    private static final Set<String> OPEN = Set.of("/health", "/ready");

    public Guard {
        keys = List.copyOf(keys);
        origins = Set.copyOf(origins);
    }

    /** Why a request is refused before anything of its body is read; empty if it may go on. */
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
        // What a browser asks before it asks (CORS) never has a key.
        boolean asksFirst = request.method().name().equals("OPTIONS");
        if (!keys.isEmpty() && !asksFirst && !needsNoKey(request.path()) && !hasKey(request)) {
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

    /** A page that this server sent. */
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
        boolean found = bearer != null
                && bearer.regionMatches(true, 0, "Bearer ", 0, 7)
                && isKey(bearer.substring(7).strip());
        // Some clients send both, of which one is a stand-in.
        String key = request.getHeader("x-api-key");
        return (key != null && isKey(key)) | found;
    }

    private boolean isKey(String key) {
        byte[] given = key.getBytes(UTF_8);
        boolean found = false;
        for (String known : keys) {
            // Every key is compared to its end, so that time tells nothing.
            found |= MessageDigest.isEqual(known.getBytes(UTF_8), given);
        }
        return found;
    }
}
