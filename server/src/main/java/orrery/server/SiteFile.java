package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import orrery.server.http.Exchange;

/**
 * A file of the site as it is kept in memory.
 *
 * @param type its content type
 * @param compressed its bytes in gzip's form
 * @param tag its entity tag, by its content
 */
record SiteFile(String type, byte[] compressed, String tag) {
    /** Drawings and bars carry their colours and lengths in style attributes; no script stands in a page. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    static SiteFile of(String type, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SiteFile(type, out.toByteArray(), "W/\"" + digest(bytes) + "\"");
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a whole, or that the client's copy still holds. */
    void answer(Exchange exchange) {
        exchange.answerHeader("content-security-policy", POLICY);
        exchange.answerHeader("x-content-type-options", "nosniff");
        exchange.answerHeader("referrer-policy", "no-referrer");
        // Another version, or another model, changes pages: a browser keeps its copy and asks whether it still holds.
        exchange.answerHeader("cache-control", "no-cache");
        exchange.answerHeader("etag", tag);
        exchange.addAnswerHeader("vary", "accept-encoding");
        if (exchange.header("if-none-match").filter(tags -> tags.contains(tag)).isPresent()) {
            exchange.answer(304, type, new byte[0]);
        } else if (exchange.header("accept-encoding")
                .filter(codings -> codings.toLowerCase(Locale.ROOT).contains("gzip"))
                .isPresent()) {
            exchange.answerHeader("content-encoding", "gzip");
            exchange.answer(200, type, compressed);
        } else {
            exchange.answer(200, type, expanded());
        }
    }

    private byte[] expanded() {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
