package orrery.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The door: one event loop that accepts connections and reads requests, and a virtual thread for each request, which
 * computes, waits and answers. The event loop never does. (A handler on a virtual thread of Vert.x's own that waits for
 * anything but Vert.x would hold up all others.)
 */
public final class HttpFront implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpFront.class.getName());

    /** A larger body is the work of a thread of the machine's: virtual ones give way only where they wait. */
    private static final int MUCH_WORK = 32 << 10;

    /** How long a client that is refused may go on sending, so that it comes to read why. */
    private static final long LINGER_MILLIS = 2000;

    /** Bodies of the largest size that may be in memory at the same time, of all requests that are not answered yet. */
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

    /** Bytes of bodies, of all requests that are not answered yet. */
    private final AtomicLong bodies = new AtomicLong();

    /** Is told of every request that was answered or given up. */
    @FunctionalInterface
    public interface Observer {
        /**
         * @param status what was answered; 499 if the client left before that
         */
        void answered(Exchange exchange, int status);
    }

    /**
     * Listens.
     *
     * @param port 0 for any that is free
     * @throws ServerException if the port cannot be had
     */
    public HttpFront(
            String host, int port, Limits limits, Guard guard, Routes routes, ErrorForm failures, Observer observer) {
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
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(host)
                        .setPort(port)
                        .setMaxHeaderSize(limits.headerBytes())
                        // Left to itself, the system takes megabytes for a client that does not read.
                        .setSendBufferSize(limits.unreadBytes())
                        .setMaxInitialLineLength(limits.headerBytes())
                        // Clients offer an upgrade with a body in hand; answered in HTTP/1.1, they go on with that.
                        .setHttp2ClearTextEnabled(false))
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

    /** The port that it listens on. */
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

    /** Refuses a body that its own headers give away, before any of it is read. */
    private void requireReadable(HttpServerRequest request) {
        String coding = request.getHeader("transfer-encoding");
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            throw ApiException.of(501, "", "the transfer-encoding is not supported, expected chunked or none");
        }
        String length = request.getHeader("content-length");
        if (length != null && (length.length() > 18 || Long.parseLong(length) > limits.bodyBytes())) {
            throw tooLarge();
        }
    }

    private ApiException tooLarge() {
        return ApiException.of(413, "request_too_large", "the body is larger than " + limits.bodyBytes() + " bytes");
    }

    /** Reads the body, within its bounds of size and time, and then hands the request to its thread. */
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
        }
    }

    private void fail(Exchange exchange, ApiException error) {
        try {
            if (exchange.begun()) {
                // Too late for a status: the client must not take what it has for a whole answer.
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

    /** Refuses on the event loop, while some of the body may still be on its way: nothing more is read from there. */
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
        try {
            answer(exchange, error);
            observer.answered(exchange, error.status());
        } catch (ClientGoneException e) {
            observer.answered(exchange, 499);
        }
    }

    private void answer(Exchange exchange, ApiException error) {
        if (error.retryAfterSeconds() > 0) {
            exchange.answerHeader("retry-after", String.valueOf(error.retryAfterSeconds()));
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
