package orrery.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orrery.server.Edges.CHAT;
import static orrery.server.Edges.LIMITS;
import static orrery.server.Edges.assertClear;
import static orrery.server.ServerFixture.PATIENCE;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a socket can do to a server: each is answered or closed, and meanwhile a stream of another client goes on. The
 * server's limits are small, so that nobody waits for them.
 */
class HttpEdgesTest {
    private static final String ENDLESS =
            "{\"prompt\":\"It was a\",\"temperature\":0,\"max_tokens\":1900,\"ignore_eos\":true,\"stream\":true}";

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start(8, options -> options.withLimits(LIMITS));

    /** Whatever a test did, the server still answers and has all its places. */
    @AfterEach
    void theServerIsWell() {
        await().atMost(PATIENCE).until(() -> fixture.open() == 0);
        assertThat(fixture.get("/health").status()).isEqualTo(200);
    }

    @Test
    void aHeadSentByteByByteEndsAtTheTimeLimit() {
        try (var wire = fixture.wire()) {
            long began = System.nanoTime();
            var sent = new AtomicBoolean(true);
            var writer = Thread.ofVirtual().start(() -> {
                for (char one : "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                        .repeat(100)
                        .toCharArray()) {
                    if (!wire.trySend(new byte[] {(byte) one})) {
                        break;
                    }
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException e) {
                        break;
                    }
                }
                sent.set(false);
            });
            wire.readToEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
            writer.interrupt();
        }
    }

    @Test
    void aStreamWhoseClientStopsReadingIsCancelled() {
        try (var wire = new Wire(fixture.port(), 4 << 10)) {
            // Log probabilities make long events, more than the machine's own buffers take for 1,900 tokens.
            wire.send(
                    Wire.post("/v1/completions", ENDLESS.replace("\"stream\"", "\"n\":4,\"logprobs\":20,\"stream\"")));
            assertThat(wire.readUntil("data:")).startsWith("HTTP/1.1 200");
            assertThat(fixture.open()).isEqualTo(4);
            await().atMost(PATIENCE).until(() -> fixture.open() == 0);
            assertThat(fixture.metric("orrery_answers_total")).isPositive();
            String rest = wire.readToEnd();
            assertThat(rest).doesNotContain("[DONE]");
        }
    }

    @Test
    void aStreamThatIsReadByteByByteIsGivenUpToo() throws InterruptedException {
        try (var wire = new Wire(fixture.port(), 4 << 10)) {
            wire.send(
                    Wire.post("/v1/completions", ENDLESS.replace("\"stream\"", "\"n\":4,\"logprobs\":20,\"stream\"")));
            wire.readUntil("data:");
            var reader = Thread.ofVirtual().start(() -> {
                try {
                    while (wire.read() >= 0) {
                        Thread.sleep(50);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            await().atMost(PATIENCE).until(() -> fixture.open() == 0);
            reader.interrupt();
        }
    }

    @Test
    void whoSendsNoMoreAfterHisRequestIsAnsweredOrClosed() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/chat/completions", CHAT));
            wire.halfClose();
            String answer = wire.readToEnd();
            assertThat(answer)
                    .satisfiesAnyOf(
                            text -> assertThat(text).isEmpty(),
                            text -> assertThat(text).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void requestsInOneGoAreAnsweredInTheirOrder() {
        try (var wire = fixture.wire()) {
            var all = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                all.append(Wire.post("/v1/chat/completions", CHAT, "X-Request-Id: chat-" + i));
                all.append(Wire.head("GET /health HTTP/1.1\nHost: localhost\nX-Request-Id: health-" + i));
            }
            wire.send(all.toString());
            for (int i = 0; i < 5; i++) {
                assertThat(wire.readAnswer()).contains("x-request-id: chat-" + i, "62 layers");
                assertThat(wire.readAnswer()).contains("x-request-id: health-" + i, "\"ok\"");
            }
        }
    }

    @Test
    void aClientMayOfferHttp2WithABodyInHand() throws Exception {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            for (int i = 0; i < 2; i++) {
                var response = client.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://localhost:" + fixture.port() + "/v1/chat/completions"))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(response.body()).contains("62 layers");
                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            }
        }
    }

    @Test
    void http2WithoutAnOfferIsClosed() {
        try (var wire = fixture.wire()) {
            wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            wire.send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            assertThat(wire.readToEnd()).doesNotContain("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\n",
                "GET /health\n",
                "GET  HTTP/1.1\nHost: localhost",
                "GET /health HTTP/9.9\nHost: localhost",
                "GET /health HTTP/1.1\nHost : localhost",
                "GET /health HTTP/1.1\nHost: localhost\nX-A\u0001: b",
                "POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Length: 5\nContent-Length: 6",
                "POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Length: -5",
                "POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Length: 99999999999999999999",
                "POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Length: x",
                "POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Length: 2\nTransfer-Encoding: chunked",
                "POST /v1/completions HTTP/1.1\nHost: localhost\nTransfer-Encoding: gzip, chunked",
            })
    void bytesThatAreNotHttpAreRefusedAndTheConnectionCloses(String lines) {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head(lines) + "0\r\n\r\n");
            String answer = wire.readToEnd();
            assertThat(answer)
                    .satisfiesAnyOf(
                            text -> assertThat(text).isEmpty(),
                            text -> assertThat(text).matches("(?s)HTTP/\\d\\.\\d (4|5)\\d\\d .*"));
            assertThat(answer).doesNotContain("Exception", "java.", "netty");
        }
    }

    @Test
    void headersOf200KilobytesAreTooLarge() {
        for (String lines : List.of(
                "GET /health HTTP/1.1\nHost: localhost\nX-Long: " + "x".repeat(200_000),
                "GET /health?" + "x".repeat(200_000) + " HTTP/1.1\nHost: localhost",
                "GET /health HTTP/1.1\nHost: localhost\n" + "X-Many: x\n".repeat(20_000))) {
            try (var wire = fixture.wire()) {
                wire.trySend(Wire.head(lines).getBytes(ISO_8859_1));
                String answer = wire.readToEnd();
                assertThat(answer)
                        .satisfiesAnyOf(
                                text -> assertThat(text).isEmpty(),
                                text -> assertThat(text).matches("(?s)HTTP/1\\.[01] (414|431|400) .*"));
            }
        }
    }

    private static final String LONG = "{\"with_pieces\":true,\"content\":\"" + "a b ".repeat(200_000) + "\"}";

    @Test
    void aLongAnswerWhoseClientStopsReadingIsCancelled() {
        String left = "orrery_requests_total\\{api=\"other\",status=\"499\"}";
        double before = fixture.metric(left);
        try (var wire = new Wire(fixture.port(), 4 << 10)) {
            wire.send(Wire.post("/tokenize", LONG));
            assertThat(wire.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ").contains("content-length: ");
            await().atMost(PATIENCE).until(() -> fixture.metric(left) > before);
            assertThat(wire.readToEnd()).doesNotEndWith("]}");
        }
    }

    @Test
    void aLongAnswerIsWholeForAReader() {
        assertThat(fixture.post("/tokenize", LONG).json().path("tokens").size()).isGreaterThan(200_000);
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndIdleOnesMakeRoom() {
        var wires = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 300; i++) {
                wires.add(fixture.wire());
            }
            // The last ones find no room.
            assertThat(wires.getLast().readToEnd()).isEmpty();
            assertThat(wires.get(200).readToEnd()).isEmpty();
            // The first ones have it, until they have been idle for too long.
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> fixture.get("/health").status() == 200);
            assertThat(wires.getFirst().readToEnd()).isEmpty();
        } finally {
            wires.forEach(Wire::close);
        }
    }

    @Test
    void aConnectionWithAnAnswerInProgressIsNotIdle() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", ENDLESS));
            assertThat(wire.readToEnd()).contains("[DONE]");
        }
    }

    /** As nginx asks, unless it is told otherwise. */
    @Test
    void anOldClientIsAnsweredWithoutChunksAndClosed() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("GET /health HTTP/1.0\nHost: localhost"));
            assertThat(wire.readToEnd()).matches("(?s)HTTP/1\\.[01] 200 .*\"ok\".*");
        }
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", ENDLESS.replace("1900", "5")).replace("HTTP/1.1", "HTTP/1.0"));
            String answer = wire.readToEnd();
            assertThat(answer).matches("(?s)HTTP/1\\.[01] 200 .*");
            assertThat(answer)
                    .containsPattern("\r\n\r\ndata: ")
                    .endsWith("data: [DONE]\n\n")
                    .doesNotContain("chunked");
        }
    }

    @Test
    void headIsAnsweredWithoutABody() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("HEAD /health HTTP/1.1\nHost: localhost")
                    + Wire.head("GET /nothing HTTP/1.1\nHost: localhost\nConnection: close"));
            String both = wire.readToEnd();
            assertThat(both).startsWith("HTTP/1.1 200 ").doesNotContain("\"status\"");
            assertThat(both).contains("HTTP/1.1 404 ");
        }
    }

    @Test
    void otherMethodsAndPathsAreRefused() {
        var other = fixture.get("/v1/chat/completions");
        assertThat(other.status()).isEqualTo(405);
        assertThat(other.header("allow")).isEqualTo("POST");
        assertThat(fixture.post("/health", "{}").status()).isEqualTo(405);
        for (String path : List.of(
                "/v1", "/v1/models/", "/v1/models/%zz", "/..%2f..%2fetc/passwd", "//", "/%00", "/v1/models/a%0d%0ab")) {
            try (var wire = fixture.wire()) {
                wire.send(Wire.head("GET " + path + " HTTP/1.1\nHost: localhost\nConnection: close"));
                assertClear(wire.readToEnd(), 404);
            }
        }
        assertThat(fixture.get("/v1/models/demo").status()).isEqualTo(200);
        assertThat(fixture.get("/v1/models/d%65mo").status()).isEqualTo(200);
    }

    @Test
    void aRequestsIdComesBackUnlessItIsStrange() {
        assertThat(fixture.send(fixture.request("/health")
                                .header("x-request-id", "mine-1")
                                .build())
                        .header("x-request-id"))
                .isEqualTo("mine-1");
        assertThat(fixture.send(fixture.request("/health")
                                .header("x-request-id", "a b\"<")
                                .build())
                        .header("x-request-id"))
                .startsWith("req_");
        var named = fixture.get("/nothing");
        assertThat(named.header("x-request-id")).startsWith("req_").isEqualTo(named.header("request-id"));
    }

    /** While others do all that a socket can, one client's stream loses nothing and does not stand still. */
    @Test
    void anotherStreamKeepsItsPace() throws InterruptedException {
        var away = new AtomicBoolean();
        var noise = new ArrayList<Thread>();
        var large = Wire.post("/tokenize", "{\"content\":\"" + "It was a word. ".repeat(60_000) + "\"}");
        for (int i = 0; i < 8; i++) {
            int kind = i;
            noise.add(Thread.ofVirtual().start(() -> {
                while (!away.get()) {
                    try (var wire = fixture.wire()) {
                        switch (kind % 4) {
                            case 0 -> wire.send("garbage\r\n\r\n").readToEnd();
                            case 1 -> wire.send(large).readUntil("tokens");
                            case 2 ->
                                wire.send(Wire.post("/v1/completions", "[".repeat(100_000)))
                                        .readAnswer();
                            default ->
                                wire.send(Wire.post("/v1/completions", ENDLESS)).readUntil("data:");
                        }
                    } catch (UncheckedIOException e) {
                        // Refused in the middle of it: that is what this is for.
                        continue;
                    }
                }
            }));
        }
        long longest = 0;
        int events = 0;
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", ENDLESS.replace("1900", "300")));
            wire.readUntil("data:");
            long last = System.nanoTime();
            for (String event = wire.readUntil("\n\n"); !event.contains("[DONE]"); event = wire.readUntil("\n\n")) {
                assertThat(event).isNotEmpty();
                longest = Math.max(longest, System.nanoTime() - last);
                last = System.nanoTime();
                events++;
            }
        } finally {
            away.set(true);
            for (var thread : noise) {
                thread.join();
            }
        }
        System.out.println("longest pause " + longest / 1_000_000 + " ms, " + events + " events");
        assertThat(events).isGreaterThan(200);
        assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(30));
    }
}
