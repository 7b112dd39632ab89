package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Models by their names, what was counted of them, and fields that nobody knows. */
class WhatIsServedTest {
    private static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1,\"temperature\":0}";

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start();

    @Test
    void modelsAreListed() {
        var list = fixture.get("/v1/models").json();
        assertThat(list.path("object").asString()).isEqualTo("list");
        assertThat(list.at("/data/0/id").asString()).isEqualTo("demo");
        assertThat(list.at("/data/0/max_model_len").asInt()).isEqualTo(2048);
        // Anthropic's clients read other fields of the same objects.
        assertThat(list.at("/data/0/type").asString()).isEqualTo("model");
        assertThat(list.at("/data/0/display_name").asString()).isEqualTo("demo");
        assertThat(list.at("/data/0/lifecycle").asString()).isEqualTo("active");
        assertThat(list.at("/data/0/max_input_tokens").asInt()).isEqualTo(2048);
        assertThat(Instant.parse(list.at("/data/0/created_at").asString()).getEpochSecond())
                .isEqualTo(list.at("/data/0/created").asLong());
        assertThat(list.at("/has_more").asBoolean(true)).isFalse();
        assertThat(List.of(list.at("/first_id").asString(), list.at("/last_id").asString()))
                .containsOnly("demo");
        assertThat(fixture.get("/v1/models/gpt-4o").json().path("id").asString())
                .isEqualTo("demo");
        assertThat(fixture.get("/v1/models/other").json().at("/error/code").asString())
                .isEqualTo("model_not_found");
        assertThat(fixture.post("/v1/chat/completions", CHAT.replace("}]", "}],\"model\":\"gpt-4o\""))
                        .json()
                        .path("model")
                        .asString())
                .isEqualTo("demo");
    }

    @Test
    void metricsCountWhatWasAnswered() {
        double before = fixture.metric("orrery_tokens_total");
        fixture.post("/v1/chat/completions", CHAT);
        assertThat(fixture.metric("orrery_tokens_total")).isGreaterThan(before + 9);
        assertThat(fixture.get("/metrics").body())
                .contains(
                        "orrery_requests_running{model=\"demo\"}",
                        "orrery_kv_cache_usage_ratio{model=\"demo\"}",
                        "orrery_requests_total{api=\"chat\",status=\"200\"}",
                        "orrery_time_to_first_token_seconds_bucket{model=\"demo\",le=\"0.1\"}");
    }

    @Test
    void unknownFieldsAreNamedAndHaveNoEffect() {
        var answer = fixture.post(
                "/v1/chat/completions",
                CHAT.replace(
                        "}]",
                        "}],\"temprature\":2,\"t\u00e4st\\n\":1,\"" + "x".repeat(500)
                                + "\":1,\"user\":\"u\",\"tools\":["
                                + "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true}}]"));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("orrery-ignored"))
                .contains("temprature", "t?st?")
                .doesNotContain("strict")
                .hasSizeLessThan(300)
                .matches("[\\x20-\\x7e]*");
        // Names of one API have no effect in another that does not list them.
        var message = fixture.post(
                "/v1/messages",
                CHAT.replace(
                        "}]",
                        "}],\"stop\":5,\"n\":\"x\",\"tools\":[{\"name\":\"f\",\"input_schema\":{},\"strict\":true}]"));
        assertThat(message.status()).as(message.body()).isEqualTo(200);
        assertThat(message.header("orrery-ignored")).isEqualTo("n, stop");
    }

    @Test
    void aStrictServerRefusesUnknownFields() {
        try (var strict = ServerFixture.start(2, options -> options.withStrict(true))) {
            var answer = strict.post("/v1/chat/completions", CHAT.replace("}]", "}],\"temprature\":2,\"user\":\"u\""));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().at("/error/param").asString()).isEqualTo("temprature");
            assertThat(answer.json().at("/error/code").asString()).isEqualTo("unknown_field");
            assertThat(strict.post("/v1/chat/completions", CHAT).status()).isEqualTo(200);
        }
    }
}
