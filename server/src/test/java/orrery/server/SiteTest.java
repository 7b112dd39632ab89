package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a browser gets. */
class SiteTest {
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"#]+)");
    private static final Pattern INLINE = Pattern.compile("<script(?![^>]*src=)|\\son\\w+=\"|javascript:");

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start();

    private static ServerFixture.Answer get(String path, String... headers) {
        // The first page of all takes as long as reading all architectures does.
        var request = fixture.request(path).timeout(Duration.ofMinutes(4));
        return fixture.send((headers.length > 0 ? request.headers(headers) : request).build());
    }

    @Test
    void theHomePageShowsTheServedModelFirstAndAllItsLinksLeadSomewhere() {
        String home = get("/").body();
        int served = home.indexOf("Served here");
        assertThat(served).isPositive();
        assertThat(home.indexOf("<strong>demo</strong>")).isBetween(served, home.indexOf("Released models"));
        assertThat(home).contains("href=\"chat?model=demo\"", "href=\"models/deepseek-v3.html\"");

        var links = new TreeSet<String>();
        LINK.matcher(home).results().map(one -> one.group(1)).forEach(links::add);
        assertThat(links).hasSizeGreaterThan(50);
        // Pages of models are all made alike, and cost the most.
        links.removeIf(link -> link.startsWith("models/") && !link.matches("models/(?:demo|gpt2|gemma-3n-e4b).html"));
        assertThat(links).contains("models/demo.html", "models/gpt2.html", "mechanisms.html", "assets/atlas.js");
        for (String link : links) {
            assertThat(get("/" + link).status()).as(link).isEqualTo(200);
        }
    }

    @Test
    void aServedModelHasAPageOfItsOwnThatLeadsToTheChat() {
        String page = get("/models/demo.html").body();
        assertThat(page).contains("<h1>demo</h1>", "5,577,728", "href=\"../chat?model=demo\"");
        assertThat(get("/data/catalog.js").body()).contains("\"name\":\"demo\"");
        assertThat(get("/data/models/demo.js").body()).startsWith("orreryAtlas.register(\"models/demo\"");
        // A model that was never released has no place in time.
        assertThat(get("/timeline.html").body()).doesNotContain("demo");
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/chat, text/html; charset=utf-8",
        "/chat.js, text/javascript; charset=utf-8",
        "/chat.css, text/css; charset=utf-8",
        "/compare.html, text/html; charset=utf-8",
        "/models/demo.html, text/html; charset=utf-8",
        "/data/models/demo.js, text/javascript; charset=utf-8",
        "/assets/icon.svg, image/svg+xml",
    })
    void aFileComesWithItsTypeAndAllowsNoScriptOfOthers(String path, String type) {
        var answer = get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo(type);
        assertThat(answer.header("content-security-policy"))
                .contains("default-src 'none'; script-src 'self';", "frame-ancestors 'none'");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.header("cache-control")).isEqualTo("no-cache");
        if (type.startsWith("text/html")) {
            assertThat(INLINE.matcher(answer.body()).results()).isEmpty();
            assertThat(answer.body()).contains("href=\"" + (path.contains("/models/") ? "../" : "") + "chat\"");
        }
        assertThat(answer.body())
                .doesNotContain(Path.of("..").toAbsolutePath().normalize().toString());
    }

    @Test
    void aPageThatHasNotChangedIsNotSentAgain() {
        String tag = get("/models/demo.html").header("etag");
        var again = get("/models/demo.html", "if-none-match", tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.header("etag")).isEqualTo(tag);
        assertThat(get("/").header("etag")).isNotEqualTo(tag);
    }

    @Test
    void aPageIsCompressedForThoseWhoReadThat() {
        var plain = get("/compare.html");
        var packed = get("/compare.html", "accept-encoding", "gzip, br");
        assertThat(packed.header("content-encoding")).isEqualTo("gzip");
        assertThat(packed.header("vary")).isEqualTo("accept-encoding");
        assertThat(packed.body().length()).isLessThan(plain.body().length() / 3);
    }

    @ParameterizedTest
    @CsvSource({"/models/no-such.html", "/data/", "/assets/../chat.html", "/assets/%2e%2e/chat.html", "/.orrery-atlas"})
    void aPageThatTheAtlasLacksIsNotFound(String path) {
        assertThat(get(path).status()).isEqualTo(404);
    }
}
