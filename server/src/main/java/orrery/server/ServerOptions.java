package orrery.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orrery.engine.TimeLimits;
import orrery.server.http.Limits;

/**
 * How to run a server.
 *
 * @param host the address to listen on: a host name or an IP address
 * @param port the port to listen on; 0 for any free one
 * @param queue sequences of a model that may wait, per sequence that may run; further requests get 429
 * @param keys API keys, of which a client must send one; may only be empty on a loopback address
 * @param tls for HTTPS; empty for HTTP
 * @param behindProxy whether a proxy in front of the server terminates the TLS that non-loopback addresses need
 * @param publicMetrics whether {@code /metrics} needs no key
 * @param origins other origins whose pages may use the server (CORS)
 * @param strict whether an unknown field is refused instead of named in a header
 * @param drain how long open requests may continue when the server stops
 * @param limits the limits for one client
 * @param times how long a request may wait for its turn, and how long it may take in total
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

    /** These options with another address. */
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

    /** These options with another queue length. */
    public ServerOptions withQueue(int other) {
        return new ServerOptions(
                host, port, other, keys, tls, behindProxy, publicMetrics, origins, strict, drain, limits, times);
    }

    /** These options with keys. */
    public ServerOptions withKeys(List<String> other) {
        return new ServerOptions(
                host, port, queue, other, tls, behindProxy, publicMetrics, origins, strict, drain, limits, times);
    }

    /** These options with HTTPS. */
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

    /** These options with or without a proxy that terminates TLS. */
    public ServerOptions withBehindProxy(boolean other) {
        return new ServerOptions(
                host, port, queue, keys, tls, other, publicMetrics, origins, strict, drain, limits, times);
    }

    /** These options with {@code /metrics} without a key, or with one. */
    public ServerOptions withPublicMetrics(boolean other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, other, origins, strict, drain, limits, times);
    }

    /** These options with these origins. */
    public ServerOptions withOrigins(Set<String> other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, other, strict, drain, limits, times);
    }

    /** These options with unknown fields refused or not. */
    public ServerOptions withStrict(boolean other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, other, drain, limits, times);
    }

    /** These options with another time for open requests at the end. */
    public ServerOptions withDrain(Duration other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, strict, other, limits, times);
    }

    /** These options with other limits. */
    public ServerOptions withLimits(Limits other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, strict, drain, other, times);
    }

    /** These options with other time limits of a request. */
    public ServerOptions withTimes(TimeLimits other) {
        return new ServerOptions(
                host, port, queue, keys, tls, behindProxy, publicMetrics, origins, strict, drain, limits, other);
    }
}
