package orrery.server.http;

import java.time.Duration;

/**
 * What one client may take of a server.
 *
 * @param headerBytes bytes of a request's line and headers at most
 * @param bodyBytes bytes of a request's body at most
 * @param connections open connections at most; one more is closed at once
 * @param idle how long a connection may be open without a request that is being answered
 * @param body how long a request's body may take to come
 * @param unread how long a stream waits for a client that does not read, before the client loses it
 * @param unreadBytes bytes of a stream that wait for such a client at most
 * @param silence after so long a stream without events gets a comment line, so that no proxy closes it
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

    /** 16 kB of headers, 8 MB of body, 8192 connections, a minute of idleness, a comment after 15 seconds. */
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

    /** The same with another time of silence. */
    public Limits withSilence(Duration other) {
        return new Limits(headerBytes, bodyBytes, connections, idle, body, unread, unreadBytes, other);
    }

    /** The same with other times for a connection without a request, and for a body. */
    public Limits withTimes(Duration otherIdle, Duration otherBody, Duration otherUnread) {
        return new Limits(headerBytes, bodyBytes, connections, otherIdle, otherBody, otherUnread, unreadBytes, silence);
    }

    /** The same with another number of connections. */
    public Limits withConnections(int other) {
        return new Limits(headerBytes, bodyBytes, other, idle, body, unread, unreadBytes, silence);
    }
}
