package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.OrreryException;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;

/** Who may ask: names, origins and keys. */
class GuardsTest {
    private static final String PAGE = "https://chat.example.org";

    @SuppressWarnings("NullAway.Init")
    private static ServerFixture open;

    @SuppressWarnings("NullAway.Init")
    private static ServerFixture locked;

    @BeforeAll
    static void start() {
        open = ServerFixture.start(2, options -> options);
        locked = ServerFixture.start(
                2,
                options -> options.withKeys(List.of("first-key", "zweiter-schlüssel"))
                        .withOrigins(Set.of(PAGE)));
    }

    @AfterAll
    static void stop() {
        open.close();
        locked.close();
    }

    private static String get(ServerFixture fixture, String method, String path, String headers) {
        try (var wire = fixture.wire()) {
            return wire.send(Wire.head(method + " " + path + " HTTP/1.1\n" + headers + "\nConnection: close"))
                    .readToEnd();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost | 200",
                "LOCALHOST:8080 | 200",
                "127.0.0.1:1 | 200",
                "[::1]:9000 | 200",
                "rebound.example.org | 403",
                "localhost.example.org | 403",
                "127.0.0.1.nip.io:8080 | 403",
                "user@localhost | 200",
                "localhost@evil.org | 403",
                "evil.org#localhost | 403",
                "'' | 403",
            })
    void onlyALocalNameIsAnswered(String host, int status) {
        assertThat(get(open, "GET", "/health", "Host: " + host)).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void aRequestWithoutAHostIsToldSo() {
        assertThat(get(open, "GET", "/health", "Accept: */*"))
                .startsWith("HTTP/1.1 403")
                .contains("the request has no Host header");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.org", "null", "https://localhost.evil.org", "file://", "chrome-extension://x"})
    void aPageOfAnotherOriginIsRefused(String origin) {
        String answer = get(open, "GET", "/v1/models", "Host: localhost:8080\nOrigin: " + origin);
        assertThat(answer).startsWith("HTTP/1.1 403").doesNotContain("access-control-allow-origin");
        assertThat(get(open, "OPTIONS", "/v1/models", "Host: localhost:8080\nOrigin: " + origin))
                .startsWith("HTTP/1.1 403");
    }

    @Test
    void aPageOfOurOwnIsAnswered() {
        assertThat(get(open, "GET", "/v1/models", "Host: localhost:8080\nOrigin: http://localhost:8080"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void aPageThatIsNamedMayAskAndReadAndAskBeforeItAsks() {
        String cors = "Host: localhost:8080\nOrigin: " + PAGE;
        String first = get(
                locked,
                "OPTIONS",
                "/v1/chat/completions",
                cors
                        + "\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: authorization,content-type");
        assertThat(first)
                .startsWith("HTTP/1.1 204")
                .contains("access-control-allow-origin: " + PAGE, "access-control-allow-headers: ", "authorization");
        String then = get(locked, "GET", "/v1/models", cors + "\nAuthorization: Bearer first-key");
        assertThat(then)
                .startsWith("HTTP/1.1 200")
                .contains("access-control-allow-origin: " + PAGE, "access-control-expose-headers: ", "vary: origin");
        // Also what went wrong can be read.
        assertThat(get(locked, "GET", "/v1/models", cors))
                .startsWith("HTTP/1.1 401")
                .contains("access-control-allow-origin: " + PAGE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | - | 401",
                "Bearer first-key | - | 200",
                "bearer   first-key | - | 200",
                "- | first-key | 200",
                "Bearer stand-in | first-key | 200",
                "Bearer first-key | stand-in | 200",
                "Bearer first-ke | - | 401",
                "Bearer first-keyy | - | 401",
                "Bearer | - | 401",
                "first-key | - | 401",
                "Basic first-key | - | 401",
                // me:first-key, first-key, me:first and :zweiter-schlüssel
                "Basic bWU6Zmlyc3Qta2V5 | - | 200",
                "Basic Zmlyc3Qta2V5 | - | 401",
                "Basic bWU6Zmlyc3Q= | - | 401",
                "Basic Onp3ZWl0ZXItc2NobMO8c3NlbA== | - | 200",
                "- | '' | 401",
            })
    void aKeyIsReadFromBothHeaders(String bearer, String key, int status) {
        String headers = "Host: localhost"
                + (bearer == null ? "" : "\nAuthorization: " + bearer)
                + (key == null ? "" : "\nX-Api-Key: " + key);
        String answer = get(locked, "GET", "/v1/models", headers);
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        if (status == 401) {
            assertThat(answer)
                    .contains("invalid_api_key", "authentication_error")
                    .doesNotContain("demo");
        }
    }

    @Test
    void onlyABrowserIsAskedForTheKey() {
        assertThat(get(locked, "GET", "/", "Host: localhost\nAccept: text/html,*/*"))
                .startsWith("HTTP/1.1 401")
                .contains("www-authenticate: Basic realm=");
        assertThat(get(locked, "GET", "/", "Host: localhost\nAccept: */*"))
                .startsWith("HTTP/1.1 401")
                .doesNotContain("www-authenticate");
    }

    @Test
    void whatWatchesAServerNeedsNoKey() {
        assertThat(locked.get("/health").status()).isEqualTo(200);
        assertThat(locked.get("/ready").status()).isIn(200, 503);
        assertThat(locked.get("/metrics").status()).isEqualTo(401);
        assertThat(locked.get("/nothing").status()).isEqualTo(401);
        try (var watched =
                ServerFixture.start(1, options -> options.withKeys(List.of("k")).withPublicMetrics(true))) {
            assertThat(watched.get("/metrics").status()).isEqualTo(200);
            assertThat(watched.get("/v1/models").status()).isEqualTo(401);
        }
    }

    @Test
    void anAddressThatOthersReachNeedsAKey() {
        var model = new ModelSource("demo", List.of(), Path.of("../demo-model"), EngineOptions.defaults());
        var everywhere = ServerOptions.defaults().withAddress("0.0.0.0", 0);
        assertThatThrownBy(() -> Server.start(everywhere, List.of(model), LoadListener.NONE))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("--api-key-file");
        try (var server = Server.start(
                everywhere.withKeys(List.of("k")).withBehindProxy(true), List.of(model), LoadListener.NONE)) {
            try (var wire = new Wire(server.address().getPort())) {
                // There, any name may be this machine's.
                wire.send(Wire.head("GET /v1/models HTTP/1.1\nHost: box.example.org\nX-Api-Key: k\nConnection: close"));
                assertThat(wire.readToEnd()).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaidSo() {
        var model = new ModelSource("demo", List.of(), Path.of("../demo-model"), EngineOptions.defaults());
        var taken = ServerOptions.defaults().withAddress("127.0.0.1", open.port());
        assertThatThrownBy(() -> Server.start(taken, List.of(model), LoadListener.NONE))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("--port chooses another");
    }
}
