package orrery.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;

/**
 * A span of OpenTelemetry for each request that generates, as the semantic conventions for generative AI name its
 * attributes; it continues the client's trace. Without an agent, or an SDK that was made the global one, nothing is
 * recorded. Neither prompts nor answers are.
 */
final class RequestSpans {
    private static final TextMapGetter<Exchange> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Exchange exchange) {
            return List.of("traceparent", "tracestate");
        }

        @Override
        public @Nullable String get(@Nullable Exchange exchange, String name) {
            return exchange == null ? null : exchange.header(name).orElse(null);
        }
    };

    private final Tracer tracer;
    private final TextMapPropagator propagator;

    RequestSpans(OpenTelemetry telemetry) {
        tracer = telemetry.getTracer("orrery");
        propagator = telemetry.getPropagators().getTextMapPropagator();
    }

    /**
     * An endpoint whose requests are traced.
     *
     * @param operation {@code chat}, {@code text_completion} or {@code embeddings}
     */
    Endpoint traced(String operation, Endpoint endpoint) {
        return exchange -> {
            var span = tracer.spanBuilder(operation)
                    .setSpanKind(SpanKind.SERVER)
                    .setParent(propagator.extract(Context.root(), exchange, HEADERS))
                    .setAttribute("gen_ai.operation.name", operation)
                    .setAttribute("gen_ai.provider.name", "orrery")
                    .setAttribute("http.route", exchange.path())
                    .setAttribute("orrery.request.id", exchange.id())
                    .startSpan();
            try (var _ = span.makeCurrent()) {
                endpoint.handle(exchange);
                if (exchange.gone()) {
                    failed(span, "client_closed");
                }
            } catch (ApiException e) {
                failed(span, e.code().orElse(String.valueOf(e.status())));
                throw e;
            } catch (RuntimeException e) {
                failed(span, e.getClass().getName());
                throw e;
            } finally {
                describe(span, operation, exchange);
                span.end();
            }
        };
    }

    private static void failed(Span span, String type) {
        span.setAttribute("error.type", type).setStatus(StatusCode.ERROR);
    }

    private static void describe(Span span, String operation, Exchange exchange) {
        exchange.notes().forEach((name, value) -> {
            switch (name) {
                case "model" -> {
                    span.updateName(operation + " " + value);
                    span.setAttribute("gen_ai.request.model", String.valueOf(value));
                    span.setAttribute("gen_ai.response.model", String.valueOf(value));
                }
                case "prompt_tokens" -> span.setAttribute("gen_ai.usage.input_tokens", (int) value);
                case "cached_tokens" -> span.setAttribute("gen_ai.usage.cache_read.input_tokens", (int) value);
                case "generated_tokens" -> span.setAttribute("gen_ai.usage.output_tokens", (int) value);
                case "first_token_ms" -> span.setAttribute("gen_ai.server.time_to_first_token", (int) value / 1e3);
                case "finish_reason" ->
                    span.setAttribute(
                            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"),
                            List.of(String.valueOf(value)));
                case "error" -> failed(span, String.valueOf(value));
                default -> {} // notes that the conventions have no name for
            }
        });
    }
}
