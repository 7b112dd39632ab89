package orrery.server.http;

import java.time.Duration;

/**
 * Limits for each client.
 *
 * @param headerBytes the most bytes of a request's line and headers
 * @param bodyBytes the most bytes of a request's body
 * @param connections the most open connections; a further one is closed at once
 * @param idle how long a connection may stay open without a request in progress
 * @param body how long a request's body may take to arrive
 * @param unread how long a stream waits for a client that does not read before it is disconnected
 * @param unreadBytes the most bytes of a stream that wait for such a client
 * @param silence after this time without events, a stream gets a comment line, so that no proxy closes it
 */
public record Limits(
        int headerBytes,
        int bodyBytes,
        int connections,
        Duration idle,
        Duration body,
        Duration unread,
        int unreadBytes,
        Duration silence) {

    /** 16 kB of headers, 8 MB of body, 8192 connections, one minute of idleness, a comment after 15 seconds. */
    public static Limits defaults() {
        return new Limits(
                16 << 10,
                8 << 20,
                8192,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                256 << 10,
                Duration.ofSeconds(15));
    }

    /** The same with another silence. */
    public Limits withSilence(Duration other) {
        return new Limits(headerBytes, bodyBytes, connections, idle, body, unread, unreadBytes, other);
    }

    /** The same with other limits for idle connections and for receiving a body. */
    public Limits withTimes(Duration otherIdle, Duration otherBody, Duration otherUnread) {
        return new Limits(headerBytes, bodyBytes, connections, otherIdle, otherBody, otherUnread, unreadBytes, silence);
    }

    /** The same with another limit of connections. */
    public Limits withConnections(int other) {
        return new Limits(headerBytes, bodyBytes, other, idle, body, unread, unreadBytes, silence);
    }
}
