package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import orrery.token.jinja.TemplateException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Released templates, against Jinja2's output. They are not shipped with Orrery, so a variable names their folder. */
final class TemplateGoldenTest {
    private static final String FOLDER = "ORRERY_TEMPLATES";
    private static final JsonMapper JSON = JsonMapper.shared();
    // The day on which the expected renderings were made.
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-26T12:00:00Z"), ZoneOffset.UTC);

    @TestFactory
    List<DynamicTest> rendersReleasedTemplatesAsJinjaDoes() throws Exception {
        String folder = System.getenv(FOLDER);
        if (folder == null) {
            // An assumption that fails in the factory itself is not reported as a skipped test.
            return List.of(DynamicTest.dynamicTest(
                    "released templates", () -> Assumptions.abort(FOLDER + " names no folder of released templates")));
        }
        JsonNode cases = JSON.readTree(Files.readString(Path.of(folder, "cases.json")));
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(path -> path.getFileName().toString().contains("__"))
                    .sorted()
                    .toList()) {
                JsonNode golden = JSON.readTree(Files.readString(file));
                golden.get("expected").properties().forEach(expected -> {
                    String name = file.getFileName() + " " + expected.getKey();
                    JsonNode context = cases.get(expected.getKey());
                    tests.add(DynamicTest.dynamicTest(
                            name, () -> check(golden.get("template").stringValue(), context, expected.getValue())));
                });
            }
        }
        assertThat(tests).hasSizeGreaterThan(100);
        return tests;
    }

    private static void check(String source, JsonNode context, JsonNode expected) {
        Map<String, Object> variables = JSON.convertValue(context, new TypeReference<Map<String, Object>>() {});
        if (expected.has("ok")) {
            String rendered = ChatTemplate.of(source, "", "").withClock(CLOCK).render(variables);
            assertThat(rendered).isEqualTo(expected.get("ok").stringValue());
        } else {
            assertThatThrownBy(() -> ChatTemplate.of(source, "", "").render(variables))
                    .as(expected.toString())
                    .isInstanceOf(TemplateException.class);
        }
    }
}
