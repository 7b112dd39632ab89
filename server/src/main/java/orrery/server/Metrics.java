package orrery.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToDoubleFunction;
import orrery.engine.EngineStatistics;
import orrery.server.api.Api;
import orrery.server.api.ListedModel;
import orrery.server.api.ServedModel;
import orrery.server.http.Exchange;

/**
 * What Prometheus scrapes, under {@code orrery_*}. Waiting, running and the KV cache's usage have the meaning that the
 * Gateway API Inference Extension's model server protocol asks for.
 */
final class Metrics implements Api.Meter {
    /** The content type of Prometheus' text format. */
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double[] SECONDS = {
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300
    };
    private static final double[] TOKENS = {1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Adds what can be read of a model at any time, whether it is loaded or not. */
    void watch(ListedModel model) {
        gauge("orrery.requests.running", "answers that are being generated", model, ListedModel::running);
        gauge(
                "orrery.requests.waiting",
                "answers that wait for their turn, and requests that wait for their model",
                model,
                ListedModel::waiting);
        gauge(
                "orrery.kv.cache.usage.ratio",
                "share of the KV cache's bytes in use, kept prefixes included",
                model,
                ListedModel::cacheUsage);
        gauge(
                "orrery.model.loaded",
                "whether the model is in memory",
                model,
                listed -> listed.status() == ListedModel.Status.LOADED ? 1 : 0);
        watchEngine(model);
    }

    /** What its engine counts. */
    private void watchEngine(ListedModel model) {
        counter("orrery.steps", "forward passes", model, EngineStatistics::steps);
        String rows = "rows of forward passes, by what they were for";
        counter("orrery.step.rows", rows, model, EngineStatistics::promptRows, "kind", "prompt");
        counter("orrery.step.rows", rows, model, EngineStatistics::answerRows, "kind", "answer");
        counter("orrery.step.rows", rows, model, EngineStatistics::guessRows, "kind", "guess");
        counter(
                "orrery.preemptions",
                "answers that gave their memory to an older one",
                model,
                EngineStatistics::preemptions);
        counter(
                "orrery.cancellations",
                "answers that were given up before their end",
                model,
                EngineStatistics::cancellations);
        counter("orrery.deadline.expiries", "answers whose time was up", model, EngineStatistics::late);
    }

    private void counter(
            String name,
            String description,
            ListedModel model,
            ToDoubleFunction<EngineStatistics> value,
            String... tags) {
        FunctionCounter.builder(name, model, served -> value.applyAsDouble(served.statistics()))
                .description(description)
                .tag("model", model.name())
                .tags(tags)
                .register(registry);
    }

    private void gauge(String name, String description, ListedModel model, ToDoubleFunction<ListedModel> value) {
        Gauge.builder(name, model, value)
                .description(description)
                .tag("model", model.name())
                .strongReference(true)
                .register(registry);
    }

    /** A request was answered, or its client has left (499). */
    void requested(Exchange exchange, String api, int status) {
        Counter.builder("orrery.requests")
                .description("requests by API and status; 499 if the client left first")
                .tag("api", api)
                .tag("status", String.valueOf(status))
                .register(registry)
                .increment();
    }

    @Override
    public void answered(ServedModel model, Api.Answered answered) {
        String name = model.name();
        Counter.builder("orrery.answers")
                .description("answers by how they ended")
                .tag("model", name)
                .tag("reason", answered.reason())
                .register(registry)
                .increment();
        tokens("prompt", name, answered.promptTokens());
        tokens("cached", name, answered.cachedTokens());
        tokens("generated", name, answered.generatedTokens());
        tokens("drafted", name, answered.draftedTokens());
        tokens("accepted", name, answered.acceptedTokens());
        seconds("orrery.queue.time", "from the request to its first step", name, answered.queueSeconds());
        lengths("orrery.prompt.length", "tokens of prompts", name, answered.promptTokens());
        lengths("orrery.answer.length", "tokens of answers", name, answered.generatedTokens());
        if (answered.generatedTokens() > 0) {
            seconds(
                    "orrery.time.to.first.token",
                    "from the request to its first token",
                    name,
                    answered.queueSeconds() + answered.prefillSeconds());
        }
        if (answered.generatedTokens() > 1) {
            seconds(
                    "orrery.time.per.output.token",
                    "mean time between the tokens of an answer",
                    name,
                    answered.decodeSeconds() / (answered.generatedTokens() - 1));
        }
    }

    @Override
    public void ignored(String field) {
        // Without the field's name: a client could make as many series as it likes.
        Counter.builder("orrery.ignored.fields")
                .description("fields of requests that are not known")
                .register(registry)
                .increment();
    }

    private void tokens(String kind, String model, int count) {
        Counter.builder("orrery.tokens")
                .description("tokens by kind")
                .tag("kind", kind)
                .tag("model", model)
                .register(registry)
                .increment(count);
    }

    private void seconds(String name, String description, String model, double value) {
        DistributionSummary.builder(name)
                .description(description)
                .baseUnit("seconds")
                .serviceLevelObjectives(SECONDS)
                .tag("model", model)
                .register(registry)
                .record(value);
    }

    private void lengths(String name, String description, String model, double value) {
        DistributionSummary.builder(name)
                .description(description)
                .baseUnit("tokens")
                .serviceLevelObjectives(TOKENS)
                .tag("model", model)
                .register(registry)
                .record(value);
    }

    /** All of it, as Prometheus reads it. */
    String scrape() {
        return registry.scrape();
    }
}
