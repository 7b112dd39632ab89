package orrery.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orrery.engine.TimeLimits;
import orrery.server.http.Limits;

/**
 * How a server is to run.
 *
 * @param host the address to listen on: a name or a number
 * @param port 0 for any that is free
 * @param queue answers of a model that may wait for each that may run, before a client is told to come again
 * @param keys API keys, of which a client must send one; empty for none, which only a loopback address may have
 * @param tls for HTTPS; empty for HTTP
 * @param behindProxy whether a proxy in front of it has the TLS that another than a loopback address needs
 * @param publicMetrics whether metrics are told without a key
 * @param origins pages of other origins that may use it (CORS)
 * @param strict whether a field that is not known is refused instead of named in a header
 * @param drain how long open answers may go on when the server is to end
 * @param limits what one client may take
 * @param times how long a request may wait for its turn, and take in all
 */
public record ServerOptions(
        String host,
        int port,
        int queue,
        List<String> keys,
        Optional<Tls> tls,
        boolean behindProxy,
        boolean publicMetrics,
        Set<String> origins,
        boolean strict,
        Duration drain,
        Limits limits,
        TimeLimits times) {

    public ServerOptions {
        keys = List.copyOf(keys);
        origins = Set.copyOf(origins);
    }

    /** On {@code localhost}, port 8080, without keys. */
    public static ServerOptions defaults() {
        return new ServerOptions(
                "127.0.0.1",
                8080,
                4,
                List.of(),
                Optional.empty(),
                false,
                false,
                Set.of(),
                false,
                Duration.ofSeconds(30),
                Limits.defaults(),
                TimeLimits.NONE);
    }

    /** The same on another address. */
    public ServerOptions withAddress(String otherHost, int otherPort) {
        return new ServerOptions(
                otherHost,
                otherPort,
                queue,
                keys,
                tls,
                behindProxy,
                publicMetrics,
                origins,
                strict,
                drain,
                limits,
                times);
    }

    /** The same with another bound of the queue. */
    public ServerOptions withQueue(int other) {
        return new ServerOptions(
                host, port, other, keys, tls, behindProxy, publicMetrics, origins, strict, drain, limits, times);
    }

    /** The same with keys. */
    public ServerOptions withKeys(List<String> other) {
        return new ServerOptions(
                host, port, queue, other, tls, behindProxy, publicMetrics, origins, strict, drain, limits, times);
    }

    /** The same over HTTPS. */
    public ServerOptions withTls(Tls other) {
        return new ServerOptions(
                host,
                port,
                queue,
                keys,
                Optional.of(other),
                behindProxy,
                publicMetrics,
                origins,
                strict,
                drain,
                limits,
                times);
    }

    /** The same with or without a proxy in front of it that has TLS. */
    public ServerOptions withBehindProxy(boolean other) {
        return new ServerOptions(
                host, port, queue, keys, tls, other, publicMetrics, origins, strict, drain, limits, times);
    }

    /** The same with metrics for all, or for those with a key. */
    public ServerOptions withPublicMetrics(boolean other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, other, origins, strict, drain, limits, times);
    }

    /** The same for pages of these origins. */
    public ServerOptions withOrigins(Set<String> other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, other, strict, drain, limits, times);
    }

    /** The same, strict or not. */
    public ServerOptions withStrict(boolean other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, other, drain, limits, times);
    }

    /** The same with another time to end. */
    public ServerOptions withDrain(Duration other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, strict, other, limits, times);
    }

    /** The same with other limits. */
    public ServerOptions withLimits(Limits other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, strict, drain, other, times);
    }

    /** The same with other times of a request. */
    public ServerOptions withTimes(TimeLimits other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, strict, drain, limits, other);
    }
}
