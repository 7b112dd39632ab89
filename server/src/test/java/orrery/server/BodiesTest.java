package orrery.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orrery.server.Edges.BODY;
import static orrery.server.Edges.CHAT;
import static orrery.server.Edges.LIMITS;
import static orrery.server.Edges.assertClear;
import static orrery.server.ServerFixture.PATIENCE;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are slow, cut, in pieces, or too large: each is read whole, or refused with the reason. */
class BodiesTest {
    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start(8, options -> options.withLimits(LIMITS));

    /** Whatever a test did, the server still answers and has all its places. */
    @AfterEach
    void theServerIsWell() {
        await().atMost(PATIENCE).until(() -> fixture.open() == 0);
        assertThat(fixture.get("/health").status()).isEqualTo(200);
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        java.util.Arrays.fill(bytes, (byte) ' ');
        return bytes;
    }

    @Test
    void aBodySentByteByByteEndsAtTheTimeLimit() throws InterruptedException {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                    + "Content-Length: 1000"));
            var writer = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 999 && wire.trySend(new byte[] {' '}); i++) {
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException e) {
                        break;
                    }
                }
            });
            assertClear(wire.readToEnd(), 408);
            writer.interrupt();
        }
    }

    @Test
    void whoSendsNoMoreInTheMiddleOfABodyIsClosed() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                            + "Content-Length: 1000")
                    + "{");
            wire.halfClose();
            assertThat(wire.readToEnd()).doesNotContain("200 OK");
        }
    }

    @Test
    void aBodyMayComeInChunksOfOneByte() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("POST /v1/chat/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                    + "Transfer-Encoding: chunked"));
            for (char one : CHAT.toCharArray()) {
                wire.send("1\r\n" + one + "\r\n");
            }
            wire.send("0\r\n\r\n");
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 200 ").contains("62 layers");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}\r\n0\r\n\r\n", "-5\r\n{}\r\n", "fffffffffffffffff\r\n{}\r\n", "2;\r\n{}garbage"})
    void badChunksAreRefused(String chunks) {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                            + "Transfer-Encoding: chunked")
                    + chunks);
            assertThat(wire.readToEnd())
                    .satisfiesAnyOf(text -> assertThat(text).isEmpty(), text -> assertClear(text, 400));
        }
    }

    @Test
    void aClientThatAsksWhetherToSendIsToldSo() {
        try (var wire = fixture.wire()) {
            String post = Wire.post("/v1/chat/completions", CHAT, "Expect: 100-continue");
            int head = post.indexOf("\r\n\r\n") + 4;
            wire.send(post.substring(0, head));
            assertThat(wire.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            wire.send(post.substring(head));
            assertThat(wire.readAnswer()).startsWith("HTTP/1.1 200 ").contains("62 layers");
        }
    }

    @Test
    void aClientThatAsksWhetherToSendTooMuchIsToldNotTo() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                    + "Expect: 100-continue\nContent-Length: 1000000000"));
            assertClear(wire.readToEnd(), 413);
        }
    }

    @Test
    void aBodyThatSaysItIsTooLargeIsRefusedBeforeItComes() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                    + "Content-Length: 1000000000"));
            assertClear(wire.readToEnd(), 413);
        }
    }

    @Test
    void aBodyThatTurnsOutTooLargeIsRefusedWhileItComes() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                    + "Transfer-Encoding: chunked"));
            var part = bytes(64 << 10);
            long began = System.nanoTime();
            while (wire.trySend("10000\r\n".getBytes(ISO_8859_1))
                    && wire.trySend(part)
                    && wire.trySend("\r\n".getBytes(ISO_8859_1))) {
                // It is read to no avail for a moment, so that a client comes to read why, and not for ever.
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
            }
        }
    }

    @Test
    void aClientThatSendsABodyALittleTooLargeReadsWhy() {
        var answer = fixture.send(fixture.request("/v1/completions")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(BODY + 1)))
                .build());
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().at("/error/code").asString()).isEqualTo("request_too_large");

        var most = fixture.send(fixture.request("/v1/completions")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(BODY)))
                .build());
        assertThat(most.status()).isEqualTo(400);
    }

    /** Together they may not take more than the server has. */
    @Test
    void largeBodiesAtTheSameTimeAreBounded() throws InterruptedException {
        var patient = LIMITS.withTimes(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(5));
        var wires = new ArrayList<Wire>();
        var answers = new LinkedBlockingQueue<String>();
        try (var own = ServerFixture.start(1, options -> options.withLimits(patient))) {
            for (int i = 0; i < 36; i++) {
                var wire = own.wire();
                wires.add(wire);
                wire.patience(Duration.ofMinutes(5));
                wire.send(Wire.head("POST /v1/completions HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                        + "Content-Length: " + BODY));
                Thread.ofVirtual().start(() -> {
                    // All but one byte: the server holds what it has until the last one comes.
                    wire.trySend(bytes(BODY - 1));
                    answers.add(wire.readToEnd());
                });
            }
            String first = answers.poll(60, TimeUnit.SECONDS);
            assertThat(first)
                    .as("an answer to the first body that finds no room")
                    .isNotNull();
            assertClear(first, 429);
            assertThat(first).contains("retry-after: ");
            wires.forEach(Wire::close);
            await().atMost(PATIENCE)
                    .until(() -> own.post("/tokenize", "{\"content\":\"" + "a ".repeat(100_000) + "\"}")
                                    .status()
                            == 200);
        } finally {
            wires.forEach(Wire::close);
        }
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() {
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
            var request = fixture.request("/v1/chat/completions").POST(HttpRequest.BodyPublishers.ofString(CHAT));
            var answer = fixture.send((type.isEmpty() ? request : request.header("content-type", type)).build());
            assertThat(answer.status()).isEqualTo(415);
        }
        var utf8 = fixture.send(fixture.request("/tokenize")
                .header("content-type", "Application/JSON; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString("{\"content\":\"x\"}"))
                .build());
        assertThat(utf8.status()).isEqualTo(200);
    }
}
