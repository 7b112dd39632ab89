package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import orrery.server.http.Limits;

/** Small limits, so that no test waits for them, and what a clear refusal looks like on the wire. */
final class Edges {
    static final int BODY = 1 << 20;
    static final Limits LIMITS = new Limits(
            16 << 10,
            BODY,
            40,
            Duration.ofMillis(1500),
            Duration.ofMillis(1500),
            Duration.ofMillis(1500),
            16 << 10,
            Duration.ofSeconds(15));
    static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"How many layers does Gemma 3 27B have?\"}],\"temperature\":0}";

    private Edges() {}

    static void assertClear(String answer, int status) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\"error\"");
        assertThat(answer).doesNotContain("Exception", "java.", "/demo-model", "io.vertx", "netty");
    }
}
