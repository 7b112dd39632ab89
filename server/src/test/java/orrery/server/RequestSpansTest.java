package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestSpansTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Xanthippe\"}],\"max_tokens\":3,\"temperature\":0,\"n\":2}";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();

    @BeforeEach
    void register() {
        GlobalOpenTelemetry.resetForTest();
        OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exported))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .buildAndRegisterGlobal();
    }

    @AfterEach
    void forget() {
        GlobalOpenTelemetry.resetForTest();
    }

    private SpanData onlySpan() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !exported.getFinishedSpanItems().isEmpty());
        assertThat(exported.getFinishedSpanItems()).hasSize(1);
        return exported.getFinishedSpanItems().getFirst();
    }

    private static ServerFixture.Answer post(ServerFixture fixture, String body) {
        return fixture.send(fixture.request("/v1/chat/completions")
                .header("content-type", "application/json")
                .header("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
                .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8))
                .build());
    }

    @Test
    void aRequestIsASpanOfItsClientsTraceWithoutItsWords() {
        try (var fixture = ServerFixture.start(4, options -> options)) {
            assertThat(post(fixture, CHAT).status()).isEqualTo(200);

            var span = onlySpan();
            assertThat(span.getName()).isEqualTo("chat demo");
            assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
            assertThat(span.getTraceId()).isEqualTo(TRACE);
            assertThat(span.getParentSpanId()).isEqualTo(PARENT);
            var attributes = span.getAttributes();
            assertThat(attributes.get(AttributeKey.stringKey("gen_ai.operation.name")))
                    .isEqualTo("chat");
            assertThat(attributes.get(AttributeKey.stringKey("gen_ai.request.model")))
                    .isEqualTo("demo");
            assertThat(attributes.get(AttributeKey.longKey("gen_ai.usage.output_tokens")))
                    .isEqualTo(6);
            assertThat(attributes.get(AttributeKey.longKey("gen_ai.usage.input_tokens")))
                    .isGreaterThan(6);
            assertThat(attributes.get(AttributeKey.stringArrayKey("gen_ai.response.finish_reasons")))
                    .isEqualTo(List.of("length"));
            assertThat(attributes.get(AttributeKey.doubleKey("gen_ai.server.time_to_first_token")))
                    .isBetween(0.0, 60.0);
            assertThat(span.toString()).doesNotContain("Xanthippe");
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        }
    }

    @Test
    void aRefusedRequestIsAFailedSpan() {
        try (var fixture = ServerFixture.start(1, options -> options)) {
            assertThat(post(fixture, CHAT.replace("\"n\":2", "\"model\":\"other\""))
                            .status())
                    .isEqualTo(404);

            var span = onlySpan();
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                    .isEqualTo("model_not_found");
        }
    }
}
