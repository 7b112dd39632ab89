package orrery.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class ServerLogTest {
    private static final System.Logger LOG = System.getLogger("orrery.test");
    private static final System.Logger PROMPTS = System.getLogger("orrery.prompts");
    private static final System.Logger LIBRARY = System.getLogger("io.library");
    private static final String FORGED = "a\nb\r\n2026-01-01T00:00:00Z error forged\u2028c\u0085d\u001b[2J";

    private final StringWriter written = new StringWriter();

    private ServerLog start(Level level, boolean json, boolean prompts) {
        return ServerLog.start(new PrintWriter(written), level, json, prompts);
    }

    @Test
    void aMessageIsOneLineWhateverItQuotes() {
        try (var _ = start(Level.INFO, false, false)) {
            LOG.log(System.Logger.Level.WARNING, FORGED);
            LOG.log(System.Logger.Level.INFO, "{0}", "{1} as it stands", Map.of("field", FORGED));
        }

        assertThat(written.toString().lines().toList())
                .hasSize(2)
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z (warning|info) [^\\p{Cc}\\x{2028}]*"));
        assertThat(written.toString()).contains(" warning a b 2026-01-01", " info {1} as it stands");
    }

    @Test
    void theTraceOfAnErrorIsIndentedSoThatItLooksLikeNoMessage() {
        try (var _ = start(Level.INFO, false, false)) {
            LOG.log(System.Logger.Level.ERROR, "our own defect", new IllegalStateException(FORGED));
        }

        assertThat(written.toString().lines().skip(1).toList())
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.startsWith("    "));
    }

    @Test
    void everyLineIsAnObjectWithTheFieldsOfItsMessage() {
        try (var _ = start(Level.FINE, true, false)) {
            LOG.log(System.Logger.Level.DEBUG, "{0}", FORGED, Map.of("status", 200, "path", FORGED));
            LOG.log(System.Logger.Level.ERROR, "failed", new IllegalStateException(FORGED));
        }

        var lines = written.toString().lines().map(new JsonMapper()::readTree).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst().path("level").asString()).isEqualTo("debug");
        assertThat(lines.getFirst().path("logger").asString()).isEqualTo("orrery.test");
        assertThat(lines.getFirst().path("message").asString()).isEqualTo(FORGED);
        assertThat(lines.getFirst().path("path").asString()).isEqualTo(FORGED);
        assertThat(lines.getFirst().path("status").asInt()).isEqualTo(200);
        assertThat(java.time.Instant.parse(lines.getFirst().path("ts").asString()))
                .isBefore(java.time.Instant.now().plusSeconds(1));
        assertThat(lines.getLast().path("stack_trace").asString()).contains("IllegalStateException", "ServerLogTest");
    }

    @Test
    void levelsHoldForOurMessagesAndPromptsAreApart() {
        try (var _ = start(Level.FINE, false, false)) {
            PROMPTS.log(System.Logger.Level.DEBUG, "a prompt");
            LIBRARY.log(System.Logger.Level.INFO, "a library's word");
            LIBRARY.log(System.Logger.Level.WARNING, "a library's warning");
            LOG.log(System.Logger.Level.DEBUG, "a detail");
        }
        assertThat(written.toString())
                .contains("a detail", "a library's warning")
                .doesNotContain("a prompt", "a library's word");
        try (var _ = start(Level.SEVERE, false, true)) {
            LOG.log(System.Logger.Level.WARNING, "another warning");
            LIBRARY.log(System.Logger.Level.WARNING, "a library's other warning");
            PROMPTS.log(System.Logger.Level.DEBUG, "another prompt");
        }
        assertThat(written.toString()).contains("another prompt").doesNotContain("other warning");
        LOG.log(System.Logger.Level.ERROR, "after its end");
        assertThat(written.toString()).doesNotContain("after its end");
    }
}
