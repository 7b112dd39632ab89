package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.GlobalOpenTelemetry;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import orrery.atlas.Atlas;
import orrery.engine.LoadListener;
import orrery.engine.Request;
import orrery.server.api.AnthropicMessages;
import orrery.server.api.Api;
import orrery.server.api.ChatCompletions;
import orrery.server.api.Completions;
import orrery.server.api.Embeddings;
import orrery.server.api.ErrorJson;
import orrery.server.api.ModelEndpoints;
import orrery.server.api.OpenApi;
import orrery.server.api.PromptEndpoints;
import orrery.server.api.Responses;
import orrery.server.api.ServedModels;
import orrery.server.api.TokenEndpoints;
import orrery.server.http.ApiException;
import orrery.server.http.Endpoint;
import orrery.server.http.Exchange;
import orrery.server.http.Guard;
import orrery.server.http.HttpFront;
import orrery.server.http.Routes;
import orrery.server.http.ServerException;

/**
 * Models behind HTTP, in the form that OpenAI's and Anthropic's clients speak.
 *
 * <pre>{@code
 * var model = new ModelSource("demo", List.of(), path, EngineOptions.defaults().withMaxSequences(16));
 * try (var server = Server.start(ServerOptions.defaults(), List.of(model), LoadListener.NONE)) {
 *     System.out.println(server.address());
 *     Thread.sleep(Duration.ofHours(1));
 * }
 * }</pre>
 */
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Server.class.getName());

    /** Within which the streams of answers that break off are told so. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final ServerOptions options;
    private final ServedModels models;
    private final Metrics metrics;
    private final RequestSpans spans = new RequestSpans(GlobalOpenTelemetry.get());
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicInteger open = new AtomicInteger();
    private final Site site;
    private final HttpFront front;

    private Server(ServerOptions options, ServedModels models, Metrics metrics) {
        this.options = options;
        this.models = models;
        site = new Site(() -> models.listed().stream()
                .flatMap(model ->
                        model.description().stream().map(description -> new Atlas.Served(model.name(), description)))
                .toList());
        options.tls()
                .flatMap(tls -> tls.untimely(Instant.now()))
                .ifPresent(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        this.metrics = metrics;
        front = new HttpFront(
                options.host(),
                options.port(),
                options.tls().map(Tls::keyManagers),
                options.limits(),
                new Guard(isLoopback(options.host()), options.keys(), options.publicMetrics(), options.origins()),
                routes(new Api(models, options.strict(), options.times(), metrics)),
                ErrorJson::of,
                (exchange, status) -> {
                    metrics.requested(exchange, apiOf(exchange), status);
                    AccessLog.answered(exchange, status);
                });
    }

    /**
     * Opens the first model and listens. It is ready when that has answered once.
     *
     * @param listener is told how far its weights are
     * @throws orrery.OrreryException if it cannot be opened, the port cannot be had, or the address is no loopback
     *     address and there are no keys, or no TLS
     */
    public static Server start(ServerOptions options, ModelSources sources, LoadListener listener) {
        requireProtection(options);
        var metrics = new Metrics();
        var models = new ServedModels(
                sources.listed(options.queue()),
                sources.modelFolder(),
                options.queue(),
                sources.room(),
                sources.idle(),
                metrics::watch);
        try {
            models.start(listener);
            var server = new Server(options, models, metrics);
            Thread.ofVirtual().name("orrery-first-answer").start(() -> server.answerOnce(sources.named()));
            return server;
        } catch (RuntimeException | Error e) {
            models.close();
            throw e;
        }
    }

    /** The same with models that have names. */
    public static Server start(ServerOptions options, List<ModelSource> sources, LoadListener listener) {
        return start(options, ModelSources.of(sources), listener);
    }

    /** A server that other machines can reach needs keys, and TLS that hides them on the way. */
    private static void requireProtection(ServerOptions options) {
        if (isLoopback(options.host())) {
            return;
        }
        String reached = options.host() + " can be reached from other machines, and ";
        if (options.keys().isEmpty()) {
            throw new ServerException(
                    reached
                            + "there is no API key; name one with --api-key-file FILE or ORRERY_API_KEY, or listen on localhost");
        }
        if (options.tls().isEmpty() && !options.behindProxy()) {
            throw new ServerException(reached
                    + "without TLS anyone on the way reads keys and prompts; give --tls-cert FILE and --tls-key FILE,"
                    + " or --behind-proxy if a proxy in front of the server has TLS");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ServerException(
                    "there is no address " + host + ", expected a name or a number of this machine", e);
        }
    }

    /** Has the first model answer, so that the first client does not wait for what that needs. */
    private void answerOnce(List<ModelSource> named) {
        if (!named.isEmpty()) {
            String name = named.getFirst().name();
            try (var use = models.use(models.find(Optional.of(name)));
                    var session = use.model().engine().submit(Request.of(0).withMaxTokens(1))) {
                session.finishReason();
            } catch (RuntimeException e) {
                if (ending.get()) {
                    return;
                }
                LOG.log(System.Logger.Level.ERROR, name + " gave no first answer: " + e.getMessage(), e);
                return;
            }
        }
        ready.set(true);
    }

    private Routes routes(Api api) {
        var models = new ModelEndpoints(api);
        var tokens = new TokenEndpoints(api);
        var prompts = new PromptEndpoints(api);
        var messages = new AnthropicMessages(api);
        var responses = new Responses(api);
        var routes = new Routes();
        site.addTo(routes);
        return routes.with("POST", "/v1/responses", answering("chat", responses.create()))
                .with("POST", "/v1/responses/input_tokens", responses.countTokens())
                .with("POST", "/v1/messages", answering("chat", messages.create()))
                .with("POST", "/v1/messages/count_tokens", messages.countTokens())
                .with("POST", "/v1/chat/completions", answering("chat", new ChatCompletions(api)))
                .with("POST", "/v1/chat/completions/input_tokens", prompts.countTokens())
                .with("POST", "/apply-template", prompts.applyTemplate())
                .with("POST", "/v1/completions", answering("text_completion", new Completions(api)))
                .with("POST", "/v1/embeddings", answering("embeddings", new Embeddings(api)))
                .with("GET", ModelEndpoints.PATH, models.list())
                .with("GET", ModelEndpoints.PATH + "/", models.one())
                .with("POST", "/tokenize", tokens.tokenize())
                .with("POST", "/detokenize", tokens.detokenize())
                .with("GET", "/health", exchange -> exchange.json(200, "{\"status\":\"ok\"}"))
                .with("GET", "/ready", this::tellWhetherReady)
                .with("GET", "/openapi.json", new OpenApi())
                .with(
                        "GET",
                        "/metrics",
                        exchange -> exchange.answer(
                                200, Metrics.TYPE, metrics.scrape().getBytes(UTF_8)));
    }

    /** An endpoint that generates: counted, traced, and refused once the server is to end. */
    private Endpoint answering(String operation, Endpoint endpoint) {
        var traced = spans.traced(operation, endpoint);
        return exchange -> {
            open.incrementAndGet();
            try {
                if (ending.get()) {
                    throw ApiException.of(503, "stopping", "the server is stopping");
                }
                traced.handle(exchange);
            } finally {
                open.decrementAndGet();
            }
        };
    }

    private void tellWhetherReady(Exchange exchange) {
        if (ready.get() && !ending.get()) {
            exchange.json(200, "{\"status\":\"ready\"}");
        } else {
            exchange.json(503, ending.get() ? "{\"status\":\"stopping\"}" : "{\"status\":\"loading\"}");
        }
    }

    /** The first two parts of a path that is known: what a client makes up must not become a series. */
    private static String apiOf(Exchange exchange) {
        return switch (exchange.path()) {
            case "/v1/completions" -> "completions";
            case "/v1/chat/completions" -> "chat";
            case "/v1/messages" -> "messages";
            case "/v1/responses" -> "responses";
            case "/v1/embeddings" -> "embeddings";
            default -> "other";
        };
    }

    /** Where it listens. */
    public URI address() {
        String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
        return URI.create((options.tls().isPresent() ? "https://" : "http://") + host + ":" + front.port());
    }

    /**
     * Takes no new requests, lets open answers go on for as long as the options say, and frees everything. A second
     * call does nothing.
     */
    @Override
    public void close() {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        awaitAnswers(options.drain());
        // Sessions that are still open fail now, and say so in their streams before the connections close.
        models.close();
        awaitAnswers(LAST_WORDS);
        front.close();
        site.close();
    }

    private void awaitAnswers(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (open.get() > 0 && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
