package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import orrery.engine.TimeLimits;

/** A request has so much time to begin, and so much to end. */
class TimesTest {
    private static final List<String> PATHS =
            List.of("/v1/completions", "/v1/chat/completions", "/v1/messages", "/v1/responses");
    private static final String LONG = "word by word ".repeat(400);
    private static final int TOKENS = 1800;

    /** A request that goes on to its limit. */
    private static String asking(String path, String prompt, int tokens, String more) {
        String limit = (path.equals("/v1/responses") ? "\"max_output_tokens\":" : "\"max_tokens\":") + tokens;
        String question = switch (path) {
            case "/v1/completions" -> "\"prompt\":\"" + prompt + "\"";
            case "/v1/responses" -> "\"input\":\"" + prompt + "\"";
            default -> "\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]";
        };
        return "{" + question + "," + limit + ",\"temperature\":0,\"ignore_eos\":true" + more + "}";
    }

    private static TimeLimits waiting(Duration time) {
        return TimeLimits.NONE.withWaiting(Optional.of(time));
    }

    private static TimeLimits whole(Duration time) {
        return TimeLimits.NONE.withWhole(Optional.of(time));
    }

    private static void awaitReady(ServerFixture fixture) {
        await().atMost(ServerFixture.PATIENCE).until(() -> fixture.get("/ready").status() == 200);
    }

    /** Asks again where a busy machine was late with the first token. */
    private static ServerFixture.Answer cut(ServerFixture fixture, String path, String more) {
        var answer = fixture.post(path, asking(path, "It was a", TOKENS, more));
        for (int again = 0; again < 20 && answer.body().contains("no answer began"); again++) {
            answer = fixture.post(path, asking(path, "It was a", TOKENS, more));
        }
        return answer;
    }

    private static void assertFreed(ServerFixture fixture) {
        await().atMost(ServerFixture.PATIENCE).until(() -> fixture.open() == 0);
        assertThat(fixture.post("/v1/completions", "{\"prompt\":\"Next\",\"max_tokens\":2}")
                        .status())
                .isIn(200, 503);
    }

    private static void assertLate(String path, ServerFixture.Answer answer) {
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(503);
        assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 60);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.json().at("/error/message").asString()).contains("try again later");
        if (path.equals("/v1/messages")) {
            assertThat(answer.json().at("/error/type").asString()).isEqualTo("overloaded_error");
        } else {
            assertThat(answer.json().at("/error/code").asString()).isEqualTo("timeout");
        }
    }

    @Test
    void whatDoesNotBeginInTimeIsAnErrorOfItsApiEvenWhereItStreams() throws Exception {
        try (var fixture = ServerFixture.start(
                        1, options -> options.withQueue(32).withTimes(waiting(Duration.ofSeconds(3))));
                var first = fixture.wire()) {
            awaitReady(fixture);
            // It has begun with its first answer: the others may wait longer, and keep everybody else waiting.
            first.send(Wire.post("/v1/completions", asking(PATHS.getFirst(), "It was a", TOKENS, ",\"n\":16")));
            await().atMost(ServerFixture.PATIENCE).until(() -> fixture.open() == 16);
            var calls = new ArrayList<Callable<Void>>();
            for (String path : PATHS) {
                for (String more : List.of("", ",\"stream\":true")) {
                    calls.add(() -> {
                        assertLate(path, fixture.post(path, asking(path, "Hi", 5, more)));
                        return null;
                    });
                }
            }
            calls.add(() -> {
                assertLate("", fixture.post("/v1/embeddings", "{\"input\":\"Hi\"}"));
                return null;
            });
            calls.add(() -> {
                var body = asking(PATHS.getFirst(), "Three", 5, ",\"n\":3,\"stream\":true");
                assertLate("", fixture.post(PATHS.getFirst(), body));
                return null;
            });
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var one : threads.invokeAll(calls)) {
                    one.get();
                }
            }
            assertThat(fixture.open()).as("the first goes on").isBetween(1, 16);
            first.close();
            assertFreed(fixture);
        }
    }

    @Test
    void anAnswerThatRunsOutOfTimeEndsAsByItsTokenLimit() {
        Duration third;
        try (var fixture = ServerFixture.start(2, options -> options)) {
            awaitReady(fixture);
            long least = Long.MAX_VALUE;
            // The first answers are slower than those after them.
            for (int i = 0; i < 3; i++) {
                long began = System.nanoTime();
                assertThat(cut(fixture, PATHS.getFirst(), "").status()).isEqualTo(200);
                least = Math.min(least, System.nanoTime() - began);
            }
            third = Duration.ofNanos(least / 3);
        }
        try (var fixture = ServerFixture.start(2, options -> options.withTimes(whole(third)))) {
            awaitReady(fixture);
            for (String path : PATHS) {
                String end = switch (path) {
                    case "/v1/messages" -> "\"stop_reason\":\"max_tokens\"";
                    case "/v1/responses" -> "\"status\":\"incomplete\"";
                    default -> "\"finish_reason\":\"length\"";
                };
                var whole = cut(fixture, path, "");
                assertThat(whole.status()).as(whole.body()).isEqualTo(200);
                assertThat(whole.body()).contains(end);
                assertThat(cut(fixture, path, ",\"stream\":true").body())
                        .contains(end)
                        .doesNotContain("\"error\":{", "response.failed");
                if (path.endsWith("completions")) {
                    // One of them waits for its turn until the time is up.
                    var three = cut(fixture, path, ",\"n\":3");
                    assertThat(three.json().get("choices").valueStream())
                            .hasSize(3)
                            .allMatch(choice ->
                                    choice.get("finish_reason").stringValue().equals("length"));
                    assertThat(three.json().at("/usage/completion_tokens").intValue())
                            .isPositive();
                }
            }
            assertThat(fixture.get("/metrics").body()).contains("reason=\"time\"");
            assertFreed(fixture);
        }
    }

    @Test
    void aRequestThatTimesOutBeforeItsFirstTokenIsAnError() {
        try (var fixture = ServerFixture.start(2, options -> options.withTimes(whole(Duration.ofNanos(1))))) {
            for (String path : PATHS) {
                assertLate(path, fixture.post(path, asking(path, LONG, 5, "")));
                var stream = fixture.post(path, asking(path, LONG, 5, ",\"stream\":true"));
                assertThat(stream.status()).isEqualTo(200);
                assertThat(stream.body())
                        .contains("error", "no answer began")
                        .doesNotContain("[DONE]", "message_stop", "response.completed", "response.incomplete");
            }
            assertLate("", fixture.post(PATHS.getFirst(), asking(PATHS.getFirst(), LONG, 5, ",\"n\":3")));
            assertLate("", fixture.post("/v1/embeddings", "{\"input\":\"" + LONG + "\"}"));
            assertFreed(fixture);
        }
    }
}
