package orrery.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import java.net.BindException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;

/**
 * The HTTP server. One event loop accepts connections and reads requests; it never blocks. Each request has a virtual
 * thread that computes, waits and answers. (A handler on one of Vert.x's virtual threads would hold up all others if it
 * waited for anything but Vert.x.)
 */
public final class HttpFront implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpFront.class.getName());

    /** Bodies larger than this get a platform thread: virtual threads yield only when they block. */
    private static final int MUCH_WORK = 32 << 10;

    /** How long a refused client may go on sending, so that it can still read the reason. */
    private static final long LINGER_MILLIS = 2000;

    /** How many bodies of the largest size all unanswered requests may hold in memory. */
    private static final int BODIES = 32;

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    private final Vertx vertx;
    private final Limits limits;
    private final Guard guard;
    private final Routes routes;
    private final ErrorForm failures;
    private final Observer observer;
    private final Connections connections;
    private final HttpServer server;

    /** Bytes of the bodies of all unanswered requests. */
    private final AtomicLong bodies = new AtomicLong();

    /** Called for every request that was answered or abandoned. */
    @FunctionalInterface
    public interface Observer {
        /** @param status the answer's status; 499 if the client disconnected before it */
        void answered(Exchange exchange, int status);
    }

    /**
     * Starts listening.
     *
     * @param port 0 for any free port
     * @param tls the certificate and key for HTTPS; empty for HTTP
     * @throws ServerException if it cannot listen on the port
     */
    public HttpFront(
            String host,
            int port,
            Optional<KeyManagerFactory> tls,
            Limits limits,
            Guard guard,
            Routes routes,
            ErrorForm failures,
            Observer observer) {
        this.limits = limits;
        this.guard = guard;
        this.routes = routes;
        this.failures = failures;
        this.observer = observer;
        connections = new Connections(limits.connections(), limits.idle());
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        var options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setMaxHeaderSize(limits.headerBytes())
                // By default, the system buffers megabytes for a client that does not read.
                .setSendBufferSize(limits.unreadBytes())
                .setMaxInitialLineLength(limits.headerBytes())
                // Clients may offer an upgrade in a request with a body; an HTTP/1.1 answer declines it.
                .setHttp2ClearTextEnabled(false);
        tls.ifPresent(certificate -> options.setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(certificate))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setUseAlpn(false));
        server = vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .requestHandler(this::begin)
                .exceptionHandler(e -> LOG.log(System.Logger.Level.DEBUG, "a connection failed", e));
        try {
            server.listen().toCompletionStage().toCompletableFuture().join();
        } catch (java.util.concurrent.CompletionException e) {
            stop();
            throw new ServerException(
                    "cannot listen on " + host + ":" + port + ": "
                            + (e.getCause() instanceof BindException
                                    ? "another program does, or the address is not this machine's; --port chooses another"
                                    : String.valueOf(e.getCause())),
                    e);
        }
        vertx.setPeriodic(Math.max(10, limits.idle().toMillis() / 10), _ -> connections.sweep());
    }

    /** The port that the server listens on. */
    public int port() {
        return server.actualPort();
    }

    private void begin(HttpServerRequest request) {
        String sent = request.getHeader("x-request-id");
        String id = sent != null && REQUEST_ID.matcher(sent).matches()
                ? sent
                : "req_" + UUID.randomUUID().toString().replace("-", "");
        var exchange = new Exchange(vertx, request, limits, id);
        var connection = request.connection();
        connections.requestBegan(connection);
        Runnable end = once(() -> vertx.runOnContext(_ -> connections.requestEnded(connection)));
        exchange.onGone(end);
        request.response().endHandler(_ -> end.run());
        allowOrigin(request);
        var refusal = guard.refusal(request);
        if (refusal.isPresent()) {
            refuse(exchange, request, refusal.get());
        } else if (request.method().name().equals("OPTIONS")) {
            preflight(exchange, request);
        } else {
            try {
                var endpoint = routes.find(exchange.method(), exchange.path());
                requireReadable(request);
                if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
                    request.response().writeContinue();
                }
                receive(exchange, request, endpoint);
            } catch (ApiException e) {
                refuse(exchange, request, e);
            }
        }
    }

    private void allowOrigin(HttpServerRequest request) {
        String origin = request.getHeader("origin");
        if (origin != null && guard.allows(origin)) {
            request.response()
                    .putHeader("access-control-allow-origin", origin)
                    .putHeader("access-control-expose-headers", "x-request-id, request-id, orrery-ignored, retry-after")
                    .putHeader("vary", "origin");
        }
    }

    private static void preflight(Exchange exchange, HttpServerRequest request) {
        request.response()
                .putHeader("access-control-allow-methods", "GET, POST")
                .putHeader("access-control-allow-headers", "*, authorization")
                .putHeader("access-control-max-age", "600");
        exchange.answer(204, "text/plain", new byte[0]);
    }

    /** Refuses a body by its headers, before any of it is read. */
    private void requireReadable(HttpServerRequest request) {
        String coding = request.getHeader("transfer-encoding");
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            throw ApiException.of(501, "", "the transfer-encoding is not supported, expected chunked or none");
        }
        String packed = request.getHeader("content-encoding");
        if (packed != null && !packed.equalsIgnoreCase("identity")) {
            throw ApiException.of(415, "", "the content-encoding is not supported, expected none");
        }
        String length = request.getHeader("content-length");
        if (length != null && (length.length() > 18 || Long.parseLong(length) > limits.bodyBytes())) {
            throw tooLarge();
        }
    }

    private ApiException tooLarge() {
        return ApiException.of(413, "request_too_large", "the body is larger than " + limits.bodyBytes() + " bytes");
    }

    /** Reads the body within the limits of size and time, and then passes the request to its thread. */
    private void receive(Exchange exchange, HttpServerRequest request, Endpoint endpoint) {
        var body = Buffer.buffer();
        var refused = new AtomicBoolean();
        Runnable forget = once(() -> bodies.addAndGet(-body.length()));
        Consumer<ApiException> refuse = error -> {
            if (refused.compareAndSet(false, true)) {
                forget.run();
                refuse(exchange, request, error);
            }
        };
        long timer = vertx.setTimer(
                limits.body().toMillis(),
                _ -> refuse.accept(ApiException.of(
                        408,
                        "request_timeout",
                        "the body did not come within " + limits.body().toSeconds() + " s")));
        exchange.onGone(() -> {
            vertx.cancelTimer(timer);
            refused.set(true);
            forget.run();
        });
        request.handler(part -> {
            if (refused.get()) {
                return;
            }
            if (body.length() + part.length() > limits.bodyBytes()) {
                vertx.cancelTimer(timer);
                refuse.accept(tooLarge());
            } else if (bodies.get() + part.length() > (long) BODIES * limits.bodyBytes()) {
                vertx.cancelTimer(timer);
                refuse.accept(ApiException.busy(1, "there are too many large requests at once; try again later"));
            } else {
                body.appendBuffer(part);
                bodies.addAndGet(part.length());
            }
        });
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            if (!refused.get()) {
                exchange.body(body.getBytes());
                var thread = body.length() > MUCH_WORK ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
                thread.name(exchange.id()).start(() -> {
                    try {
                        run(exchange, endpoint);
                    } finally {
                        forget.run();
                    }
                });
            }
        });
    }

    private static Runnable once(Runnable action) {
        var done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        };
    }

    private void run(Exchange exchange, Endpoint endpoint) {
        try {
            endpoint.handle(exchange);
            observer.answered(exchange, exchange.gone() ? 499 : exchange.status());
        } catch (ClientGoneException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> exchange.id() + ": " + e.getMessage());
            observer.answered(exchange, 499);
        } catch (ApiException e) {
            fail(exchange, e);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, exchange.id() + " " + exchange.path() + ": our own defect", e);
            fail(exchange, ApiException.of(500, "internal_error", "the server failed; its log has the reason"));
        } finally {
            exchange.handled();
        }
    }

    private void fail(Exchange exchange, ApiException error) {
        error.code().ifPresent(code -> exchange.note("error", code));
        try {
            if (exchange.begun()) {
                // Too late for an error status: disconnect, so that the client does not take this for a whole answer.
                exchange.disconnect();
                observer.answered(exchange, error.status());
                return;
            }
            answer(exchange, error);
            observer.answered(exchange, error.status());
        } catch (ClientGoneException e) {
            observer.answered(exchange, 499);
        }
    }

    /** Refuses a request on the event loop. The rest of its body is not read. */
    private void refuse(Exchange exchange, HttpServerRequest request, ApiException error) {
        if (!request.isEnded()) {
            request.response().putHeader("connection", "close");
            long timer = vertx.setTimer(LINGER_MILLIS, _ -> request.connection().close());
            request.handler(_ -> {});
            request.endHandler(_ -> {
                vertx.cancelTimer(timer);
                request.connection().close();
            });
        }
        fail(exchange, error);
    }

    private void answer(Exchange exchange, ApiException error) {
        if (error.retryAfterSeconds() > 0) {
            exchange.answerHeader("retry-after", String.valueOf(error.retryAfterSeconds()));
        }
        if (error.status() == 405) {
            // RFC 9110, 15.5.6.
            exchange.answerHeader("allow", String.join(", ", routes.methods(exchange.path())));
        }
        exchange.json(error.status(), failures.json(exchange.path(), error, exchange.id()));
    }

    private void stop() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Closes all connections at once. */
    @Override
    public void close() {
        stop();
    }
}
