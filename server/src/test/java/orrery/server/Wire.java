package orrery.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static orrery.server.ServerFixture.PATIENCE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A socket without any manners: bytes out and bytes in. */
final class Wire implements AutoCloseable {
    private final Socket socket = new Socket();

    Wire(int port) {
        this(port, 0);
    }

    /** @param receiveBuffer bytes that the machine holds for a reader who does not read; 0 for as many as it likes */
    Wire(int port, int receiveBuffer) {
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
            socket.setSoTimeout((int) PATIENCE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Line ends become CR LF. */
    static String head(String lines) {
        return lines.stripTrailing().replace("\n", "\r\n") + "\r\n\r\n";
    }

    /** A request with a body and its length. */
    static String post(String path, String json, String... headers) {
        var lines = new StringBuilder("POST " + path + " HTTP/1.1\nHost: localhost\nContent-Type: application/json\n");
        for (String header : headers) {
            lines.append(header).append('\n');
        }
        lines.append("Content-Length: ").append(json.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
        return head(lines.toString()) + new String(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), ISO_8859_1);
    }

    Wire send(String text) {
        return send(text.getBytes(ISO_8859_1));
    }

    Wire send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sends as far as the other side lets it; whether all went out. */
    boolean trySend(byte[] bytes) {
        try {
            send(bytes);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    void patience(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One byte; -1 at the end or where the connection was reset. */
    int read() {
        try {
            return socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException("the server neither answers nor closes", e);
        } catch (IOException e) {
            return -1;
        }
    }

    /** All that comes until the other side closes. */
    String readToEnd() {
        var all = new ByteArrayOutputStream();
        for (int one = read(); one >= 0; one = read()) {
            all.write(one);
        }
        return all.toString(ISO_8859_1);
    }

    /** All that comes until a text has come, that text included, or the end. */
    String readUntil(String text) {
        var all = new StringBuilder();
        for (int one = read(); one >= 0; one = read()) {
            all.append((char) one);
            if (all.length() >= text.length() && all.indexOf(text, all.length() - text.length()) >= 0) {
                break;
            }
        }
        return all.toString();
    }

    /** One answer with a length: its head and its body. */
    String readAnswer() {
        String head = readUntil("\r\n\r\n");
        var body = new StringBuilder(head);
        var length =
                java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        int left = length.find() ? Integer.parseInt(length.group(1)) : 0;
        for (; left > 0; left--) {
            int one = read();
            if (one < 0) {
                break;
            }
            body.append((char) one);
        }
        return body.toString();
    }

    /** Sends no more, but still reads. */
    void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves without a word: what the other side sends from now on is answered by a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
