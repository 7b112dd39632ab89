package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static orrery.server.ServerFixture.PATIENCE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.server.http.Limits;

/** A client that leaves gives its place back, one too many is told so, and a server that ends cuts no answer. */
class LeavingTest {
    private static final String PLAIN =
            "{\"prompt\":\"It was a\",\"temperature\":0,\"max_tokens\":1900,\"ignore_eos\":true}";
    private static final String STREAM = PLAIN.replace("}", ",\"stream\":true}");

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start(4, options -> options.withQueue(1));

    private static long endedBefore;

    @BeforeEach
    void count() {
        endedBefore = answersThatEnded();
    }

    private static void awaitOpen(int answers) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> fixture.open() == answers);
    }

    /** Its place is free, and not because its answer was computed to its end. */
    private static void assertFreed() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> fixture.open() == 0);
        assertThat(answersThatEnded()).isEqualTo(endedBefore);
    }

    private static long answersThatEnded() {
        return fixture.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("orrery_answers_total{") && line.contains("reason=\"length\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesAPlainRequestFreesItsPlace(boolean reset) {
        double before = fixture.metric("orrery_answers_total");
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", PLAIN));
            awaitOpen(1);
            leave(wire, reset);
            assertFreed();
        }
        assertThat(fixture.metric("orrery_answers_total")).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesItsStreamFreesItsPlace(boolean reset) {
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", STREAM));
            wire.readUntil("data:");
            assertThat(fixture.open()).isEqualTo(1);
            leave(wire, reset);
            assertFreed();
        }
    }

    @Test
    void aClientThatLeavesFourAnswersFreesTheirPlaces() {
        for (String body : List.of(PLAIN, STREAM)) {
            try (var wire = fixture.wire()) {
                wire.send(Wire.post("/v1/completions", body.replace("}", ",\"n\":4}")));
                awaitOpen(4);
                wire.close();
                assertFreed();
            }
        }
    }

    @Test
    void aClientThatLeavesDuringALongPromptFreesItsPlace() {
        String prompt =
                "{\"prompt\":\"" + "word by word ".repeat(500) + "\",\"max_tokens\":500,\"ignore_eos\":true,\"n\":3}";
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", prompt));
            awaitOpen(3);
            wire.close();
            assertFreed();
        }
    }

    @Test
    void aClientThatHasSentMoreAndLeavesFreesItsPlace() {
        try (var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", PLAIN) + Wire.post("/v1/completions", PLAIN));
            awaitOpen(1);
            wire.close();
            assertFreed();
        }
    }

    /** Eight streams: four run, and four wait. */
    private static List<Wire> asManyAsRunAndWait() {
        var wires = new ArrayList<Wire>();
        for (int i = 0; i < 8; i++) {
            var wire = fixture.wire();
            wire.send(Wire.post("/v1/completions", STREAM));
            wires.add(wire);
        }
        awaitOpen(8);
        return wires;
    }

    @Test
    void whoWaitsAndLeavesIsForgotten() {
        var wires = asManyAsRunAndWait();
        assertThat(fixture.metric("orrery_requests_running")).isEqualTo(4);
        assertThat(fixture.metric("orrery_requests_waiting")).isEqualTo(4);
        for (int i = 7; i >= 0; i--) {
            wires.get(i).close();
            int most = i;
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> fixture.open() <= most);
        }
    }

    @Test
    void aWaitingStreamSendsKeepAlives() {
        var often = Limits.defaults().withSilence(Duration.ofMillis(100));
        try (var own = ServerFixture.start(1, options -> options.withLimits(often));
                var first = own.wire();
                var second = own.wire()) {
            first.send(Wire.post("/v1/completions", STREAM));
            first.readUntil("data:");
            second.send(Wire.post("/v1/completions", STREAM.replace("1900", "2")));
            String waited = second.readUntil("\n: \n\n");
            assertThat(waited)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("x-accel-buffering: no")
                    .doesNotContain("data:");
            first.close();
            assertThat(second.readUntil("[DONE]")).contains("data:", "[DONE]");
        }
    }

    private static void leave(Wire wire, boolean reset) {
        if (reset) {
            wire.reset();
        } else {
            wire.close();
        }
    }

    @Test
    void moreThanMayRunAndWaitAreToldAtOnceAndTheOthersLoseNothing() throws Exception {
        String body = PLAIN.replace("1900", "60");
        String expected = fixture.post("/v1/completions", body)
                .json()
                .at("/choices/0/text")
                .asString();
        var wires = asManyAsRunAndWait();
        var refused = fixture.post("/v1/completions", body);
        wires.forEach(Wire::close);
        assertThat(refused.status()).isEqualTo(429);

        var calls = new ArrayList<Callable<ServerFixture.Answer>>();
        for (int i = 0; i < 24; i++) {
            calls.add(() -> fixture.post("/v1/completions", body));
        }
        int served = 0;
        for (var answer : all(calls)) {
            if (answer.status() == 429) {
                assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 60);
                assertThat(answer.json().at("/error/type").asString()).isEqualTo("rate_limit_error");
                assertThat(answer.json().at("/error/code").asString()).isEqualTo("rate_limit_exceeded");
            } else {
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.json().at("/choices/0/text").asString()).isEqualTo(expected);
                served++;
            }
        }
        assertThat(served).isPositive();
        await().atMost(PATIENCE).until(() -> fixture.open() == 0);
    }

    @Test
    void asManyAsMayRunAndWaitAreAllServed() throws Exception {
        var calls = new ArrayList<Callable<ServerFixture.Answer>>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> fixture.post("/v1/completions", PLAIN.replace("1900", "30")));
        }
        assertThat(all(calls)).extracting(ServerFixture.Answer::status).containsOnly(200);
        var many = fixture.post("/v1/completions", PLAIN.replace("}", ",\"n\":9}"));
        assertThat(many.status()).isEqualTo(400);
        assertThat(many.json().at("/error/param").asString()).isEqualTo("n");
    }

    private static <T> List<T> all(List<Callable<T>> calls) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<T>();
            for (Future<T> one : threads.invokeAll(calls)) {
                results.add(one.get());
            }
            return results;
        }
    }

    @Test
    void aServerThatEndsLetsAStreamComeToItsEnd() throws Exception {
        try (var own = ServerFixture.start(2, options -> options.withDrain(PATIENCE));
                var wire = own.wire()) {
            wire.send(Wire.post("/v1/completions", STREAM.replace("1900", "900")));
            String begun = wire.readUntil("data:");
            var closing = Thread.ofPlatform().start(own.server::close);
            await().atMost(PATIENCE).until(() -> own.get("/ready").status() == 503);
            var refused = own.post("/v1/completions", PLAIN);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().at("/error/code").asString()).isEqualTo("stopping");
            assertThat(own.get("/health").status()).isEqualTo(200);
            assertThat(begun + wire.readToEnd()).contains("\"finish_reason\":\"length\"", "[DONE]");
            closing.join(PATIENCE);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/completions", "/v1/chat/completions", "/v1/messages", "/v1/responses"})
    void aServerThatEndsTellsAStreamThatIsTooLong(String path) throws Exception {
        String ask = "\"temperature\":0,\"ignore_eos\":true,\"stream\":true";
        String body = switch (path) {
            case "/v1/completions" -> STREAM;
            case "/v1/responses" -> "{\"input\":\"Hi\"," + ask + "}";
            default -> "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1900," + ask + "}";
        };
        try (var own = ServerFixture.start(2, options -> options.withDrain(Duration.ofMillis(100)));
                var stream = own.wire();
                var plain = own.wire()) {
            stream.send(Wire.post(path, body));
            stream.readUntil(path.equals("/v1/completions") ? "\"text\"" : "delta");
            plain.send(Wire.post(path, body.replace(",\"stream\":true", "")));
            await().atMost(PATIENCE).until(() -> own.open() == 2);
            own.server.close();
            String rest = stream.readToEnd();
            assertThat(rest)
                    .contains("error", "the server is stopping", "0\r\n\r\n")
                    .doesNotContain("[DONE]", "Exception");
            assertThat(plain.readToEnd()).startsWith("HTTP/1.1 503 ").contains("the server is stopping");
        }
    }
}
