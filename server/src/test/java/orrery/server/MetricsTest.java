package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import orrery.engine.TimeLimits;

/** What {@code /metrics} says after work whose size is known. */
class MetricsTest {
    private static final Pattern LINE = Pattern.compile("^orrery_(\\S+) (\\S+)$", Pattern.MULTILINE);
    private static final String IDS =
            IntStream.range(300, 337).mapToObj(String::valueOf).collect(Collectors.joining(","));
    private static final String BODY =
            "{\"prompt\":[" + IDS + "],\"max_tokens\":5,\"temperature\":0,\"ignore_eos\":true}";

    private static ServerFixture start(TimeLimits times) {
        var fixture = ServerFixture.start(2, options -> options.withTimes(times));
        await().atMost(30, TimeUnit.SECONDS).until(() -> fixture.get("/ready").status() == 200);
        return fixture;
    }

    /** All series that say how often or how much, without the model's name, since the server was ready. */
    private static Map<String, Double> series(ServerFixture fixture) {
        var series = new TreeMap<String, Double>();
        LINE.matcher(fixture.get("/metrics").body())
                .results()
                .forEach(line -> series.put(
                        line.group(1)
                                .replaceAll(",?model=\"demo\"", "")
                                .replace("{}", "")
                                .replace("{,", "{"),
                        Double.valueOf(line.group(2))));
        return series;
    }

    private static void assertGrew(Map<String, Double> before, Map<String, Double> after, String name, double by) {
        assertThat(after).containsKey(name);
        assertThat(after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0))
                .as(name)
                .isEqualTo(by);
    }

    @Test
    void countsExactly() {
        try (var fixture = start(TimeLimits.NONE)) {
            var before = series(fixture);
            int cached = 0;
            for (int again = 0; again < 2; again++) {
                cached += fixture.post("/v1/completions", BODY)
                        .json()
                        .at("/usage/prompt_tokens_details/cached_tokens")
                        .intValue();
            }
            assertThat(cached).isPositive();
            // The answer's last bytes are out before the request is counted.
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> fixture.metric("orrery_requests_total\\{api=\"completions\",status=\"200\"}") == 2);
            var after = series(fixture);

            // One step reads a prompt and chooses the first token; each of the other four takes one.
            assertGrew(before, after, "steps_total", 2 * 5);
            assertGrew(before, after, "step_rows_total{kind=\"prompt\"}", 2 * 37 - cached);
            assertGrew(before, after, "step_rows_total{kind=\"answer\"}", 2 * 4);
            assertGrew(before, after, "step_rows_total{kind=\"guess\"}", 0);
            assertGrew(before, after, "preemptions_total", 0);
            assertGrew(before, after, "cancellations_total", 0);
            assertGrew(before, after, "deadline_expiries_total", 0);
            assertGrew(before, after, "answers_total{reason=\"length\"}", 2);
            assertGrew(before, after, "tokens_total{kind=\"prompt\"}", 2 * 37);
            assertGrew(before, after, "tokens_total{kind=\"cached\"}", cached);
            assertGrew(before, after, "tokens_total{kind=\"generated\"}", 2 * 5);
            assertGrew(before, after, "prompt_length_tokens_sum", 2 * 37);
            assertGrew(before, after, "answer_length_tokens_count", 2);
            assertGrew(before, after, "answer_length_tokens_bucket{le=\"4.0\"}", 0);
            assertGrew(before, after, "answer_length_tokens_bucket{le=\"16.0\"}", 2);
            assertGrew(before, after, "time_to_first_token_seconds_count", 2);
            assertGrew(before, after, "time_per_output_token_seconds_count", 2);
            assertGrew(before, after, "queue_time_seconds_count", 2);
            assertThat(after).containsEntry("requests_running", 0.0).containsEntry("requests_waiting", 0.0);
        }
    }

    @Test
    void countsAClientThatLeaves() {
        try (var fixture = start(TimeLimits.NONE);
                var wire = fixture.wire()) {
            wire.send(Wire.post("/v1/completions", BODY.replace(":5", ":1900,\"n\":2,\"stream\":true")));
            wire.readUntil("data:");
            wire.close();
            await().atMost(20, TimeUnit.SECONDS).until(() -> fixture.metric("orrery_cancellations_total") == 2);
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> fixture.metric("orrery_requests_total\\{api=\"completions\",status=\"499\"}") == 1);
        }
    }

    @Test
    void countsAnswersWhoseTimeWasUp() {
        try (var fixture = start(TimeLimits.NONE.withWhole(Optional.of(Duration.ofNanos(1))))) {
            assertThat(fixture.post("/v1/completions", BODY.replace(":5", ":5,\"n\":3"))
                            .status())
                    .isEqualTo(503);
            // Where one is late, the others may be given up before their own time.
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> fixture.metric("orrery_deadline_expiries_total")
                                    + fixture.metric("orrery_cancellations_total")
                            == 3);
            assertThat(fixture.metric("orrery_deadline_expiries_total")).isPositive();
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> fixture.metric("orrery_requests_total\\{api=\"completions\",status=\"503\"}") == 1);
        }
    }
}
