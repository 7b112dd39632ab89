package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code timings} and {@code prompt_progress}, for who asks. */
class TimingsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start();

    /** @param prompt begins unlike every other, so that nothing of it is cached */
    private static String asking(String path, String prompt, String more) {
        return (path.equals(CHAT)
                        ? "{\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]"
                        : "{\"prompt\":\"" + prompt + "\"")
                + ",\"temperature\":0,\"ignore_eos\":true,\"max_tokens\":7" + more + "}";
    }

    private static void assertTimes(JsonNode timings, int prompt, int cached, int predicted) {
        assertThat(timings.get("prompt_n").intValue()).isEqualTo(prompt - cached);
        assertThat(timings.get("cache_n").intValue()).isEqualTo(cached);
        assertThat(timings.get("predicted_n").intValue()).isEqualTo(predicted);
        assertThat(timings.get("prompt_ms").doubleValue()).isPositive();
        assertThat(timings.get("prompt_per_token_ms").doubleValue()
                        * timings.get("prompt_per_second").doubleValue())
                .isBetween(999.0, 1001.0);
        assertThat(timings.get("predicted_per_token_ms").doubleValue()
                        * timings.get("predicted_per_second").doubleValue())
                .isBetween(predicted > 1 ? 999.0 : 0, 1001.0);
        assertThat(timings.get("predicted_ms").isNumber()).isTrue();
        assertThat(timings.has("draft_n")).isFalse();
    }

    private static void assertTimes(JsonNode whole) {
        var usage = whole.get("usage");
        assertTimes(
                whole.get("timings"),
                usage.get("prompt_tokens").intValue(),
                usage.at("/prompt_tokens_details/cached_tokens").intValue(),
                usage.get("completion_tokens").intValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, TEXT})
    void aWholeAnswerSaysWhatItTook(String path) {
        String body = asking(path, "Whole " + path, ",\"timings_per_token\":true");
        assertTimes(fixture.post(path, body).json());
        // Again, when most is known.
        var known = fixture.post(path, body).json();
        assertTimes(known);
        assertThat(known.at("/timings/prompt_n").intValue()).isPositive();
        assertTimes(fixture.post(path, body.replace(":7", ":1")).json());
        var three = fixture.post(path, body.replace(":7", ":7,\"n\":3")).json();
        assertThat(three.at("/timings/predicted_n").intValue()).isEqualTo(21);
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, TEXT})
    void eachChunkSaysWhatItsAnswerHasTaken(String path) {
        String more = ",\"timings_per_token\":true,\"stream\":true,\"stream_options\":{\"include_usage\":true}";
        var chunks = fixture.post(path, asking(path, "Stream " + path, more)).events();
        int before = 0;
        for (var chunk : chunks) {
            if (chunk.at("/choices/0/delta/role").isMissingNode()) {
                int now = chunk.at("/timings/predicted_n").intValue();
                assertThat(now).isBetween(Math.max(1, before), 7);
                before = now;
            }
        }
        assertTimes(chunks.getLast());
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").stringValue())
                .isEqualTo("length");
        assertThat(chunks.get(chunks.size() - 2).at("/timings/predicted_n").intValue())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({CHAT + ", 1", TEXT + ", 1", CHAT + ", 3", TEXT + ", 3"})
    void aStreamSaysHowFarItsPromptIsRead(String path, int answers) {
        String prompt = answers + " " + path + " word by word".repeat(300);
        String more = ",\"return_progress\":true,\"stream\":true,\"n\":" + answers
                + ",\"stream_options\":{\"include_usage\":true}";
        var chunks = fixture.post(path, asking(path, prompt, more)).events();
        int total = chunks.getLast().at("/usage/prompt_tokens").intValue();
        for (int answer = 0; answer < answers; answer++) {
            int index = answer;
            List<JsonNode> own = chunks.stream()
                    .filter(chunk -> chunk.at("/choices/0/index").asInt(-1) == index)
                    .toList();
            var told = own.stream()
                    .filter(chunk -> chunk.has("prompt_progress"))
                    .map(chunk -> chunk.get("prompt_progress"))
                    .toList();
            int before = -1;
            for (var one : told) {
                assertThat(one.get("total").intValue()).isEqualTo(total);
                assertThat(one.get("processed").intValue())
                        .isGreaterThan(before)
                        .isGreaterThanOrEqualTo(one.get("cache").intValue());
                assertThat(one.get("time_ms").isIntegralNumber()).isTrue();
                before = one.get("processed").intValue();
            }
            assertThat(before).isEqualTo(total);
            int first = path.equals(CHAT) ? 1 : 0;
            assertThat(own.subList(first, first + told.size())).allMatch(chunk -> chunk.has("prompt_progress"));
            assertThat(own.get(first).at("/choices/0/finish_reason").isNull()).isTrue();
        }
    }

    @Test
    void whoDoesNotAskIsToldNothing() {
        for (String path : List.of(CHAT, TEXT)) {
            var answer = fixture.post(path, asking(path, "Quiet", ",\"timings_per_token\":false"));
            assertThat(answer.json().has("timings")).isFalse();
            assertThat(answer.header("orrery-ignored")).isEmpty();
            var stream = fixture.post(path, asking(path, "Quiet", ",\"stream\":true,\"return_progress\":null"));
            assertThat(stream.body()).doesNotContain("timings", "prompt_progress");
            // A whole answer has no place for progress.
            var whole = fixture.post(path, asking(path, "Quiet", ",\"return_progress\":true"));
            assertThat(whole.status()).isEqualTo(200);
            assertThat(whole.body()).doesNotContain("prompt_progress");
        }
    }
}
