package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.GlobalOpenTelemetry;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import orrery.chat.ChatFormat;
import orrery.engine.Engine;
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
import orrery.server.api.ServedModel;
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
    private final Metrics metrics = new Metrics();
    private final RequestSpans spans = new RequestSpans(GlobalOpenTelemetry.get());
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicInteger open = new AtomicInteger();
    private final HttpFront front;

    private Server(ServerOptions options, ServedModels models) {
        this.options = options;
        this.models = models;
        models.all().forEach(metrics::watch);
        options.tls()
                .flatMap(tls -> tls.untimely(Instant.now()))
                .ifPresent(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        front = new HttpFront(
                options.host(),
                options.port(),
                options.tls().map(Tls::keyManagers),
                options.limits(),
                new Guard(isLoopback(options.host()), options.keys(), options.publicMetrics(), options.origins()),
                routes(new Api(models, options.strict(), metrics)),
                ErrorJson::of,
                (exchange, status) -> {
                    metrics.requested(exchange, apiOf(exchange), status);
                    AccessLog.answered(exchange, status);
                });
    }

    /**
     * Opens the models and listens. It is ready when each has answered once.
     *
     * @param listener is told how far the models' weights are
     * @throws orrery.OrreryException if a model cannot be opened, the port cannot be had, or the address is no loopback
     *     address and there are no keys, or no TLS
     */
    public static Server start(ServerOptions options, List<ModelSource> sources, LoadListener listener) {
        requireProtection(options);
        var opened = new ArrayList<ServedModel>();
        try {
            for (var source : sources) {
                int running = source.options().maxSequences();
                var engine = Engine.open(source.path(), source.options(), listener);
                opened.add(new ServedModel(
                        source.name(),
                        source.aliases(),
                        engine,
                        ChatFormat.read(source.path(), engine.chatTemplate()),
                        running,
                        running * options.queue()));
            }
            var server = new Server(options, new ServedModels(opened));
            Thread.ofVirtual().name("orrery-first-answer").start(server::answerOnce);
            return server;
        } catch (RuntimeException | Error e) {
            opened.forEach(ServedModel::close);
            throw e;
        }
    }

    /** Where other machines can reach it, a server needs keys, and something that hides them on their way. */
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

    /** Loads what a first answer needs, so that the first client does not wait for it. */
    private void answerOnce() {
        for (var model : models.all()) {
            try (var session = model.engine().submit(Request.of(0).withMaxTokens(1))) {
                session.finishReason();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, model.name() + " gave no first answer: " + e.getMessage(), e);
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
        return new Routes()
                .with("POST", "/v1/responses", answering("chat", responses.create()))
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
                .with("GET", "/", ChatPage.of("index.html", "text/html; charset=utf-8"))
                .with("GET", "/chat.js", ChatPage.of("chat.js", "text/javascript; charset=utf-8"))
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
