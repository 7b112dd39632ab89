package orrery.token.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Small templates for every feature of the language; what each renders was taken from Jinja2 3.1.6. */
final class TemplateLanguageTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TestFactory
    List<DynamicTest> doesWhatJinjaDoes() throws Exception {
        JsonNode root;
        try (InputStream in = TemplateLanguageTest.class.getResourceAsStream("language.json")) {
            root = JSON.readTree(in);
        }
        Map<String, Object> variables =
                JSON.convertValue(root.get("variables"), new TypeReference<Map<String, Object>>() {});
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode node : root.get("cases")) {
            String source = node.get("template").stringValue();
            tests.add(DynamicTest.dynamicTest(source, () -> check(source, variables, node)));
        }
        assertThat(tests).hasSizeGreaterThan(400);
        return tests;
    }

    private static void check(String source, Map<String, Object> variables, JsonNode expected) {
        if (expected.has("renders")) {
            assertThat(render(source, variables))
                    .isEqualTo(expected.get("renders").stringValue());
        } else {
            assertThatThrownBy(() -> render(source, variables))
                    .as(expected.get("fails").stringValue())
                    .isInstanceOfSatisfying(
                            TemplateException.class,
                            fault -> assertThat(fault.line()).isPositive());
        }
    }

    private static String render(String source, Map<String, Object> variables) {
        return Template.parse(source).render(variables, () -> LocalDateTime.of(2026, 7, 4, 9, 5));
    }
}
