package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Schemas that would cost much time or memory are refused before they do. */
final class HostileSchemasTest {
    private static String many(int count, IntFunction<String> each) {
        return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining(","));
    }

    private static void refused(String schema, String pointer, String message) {
        assertThatThrownBy(() -> JsonSchema.of(schema, SchemaOptions.STRICT))
                .isInstanceOfSatisfying(
                        SchemaException.class, e -> assertThat(e.pointer()).isEqualTo(pointer))
                .hasMessageContaining(message);
    }

    private static int rules(String schema) {
        return JsonSchema.of(schema, SchemaOptions.STRICT).grammar().rules().size();
    }

    @Test
    void tenMegabytesOfEnumAreRefused() {
        refused("{\"enum\": [" + many(200_000, i -> "\"" + i + "x".repeat(44) + "\"") + "]}", "/enum", "too large");
        refused("{\"enum\": [\"" + "x".repeat(10_000_000) + "\"]}", "/enum", "too large");
        refused("{\"enum\": [" + many(50_000, i -> "{\"a\": " + i + "}") + "]}", "/enum", "too large");
    }

    @Test
    void manyValuesOfAnEnumShareTheirBeginnings() {
        assertThat(rules("{\"enum\": [" + many(2_000, i -> "\"" + "a".repeat(i % 150) + i + "\"") + "]}"))
                .isEqualTo(1);
    }

    @Test
    void deepSchemasAreRefused() {
        refused("{\"items\":".repeat(10_000) + "{}" + "}".repeat(10_000), "", "depth");
        refused(
                "{\"$ref\": \"#/$defs/0\", \"$defs\": {"
                        + many(5_000, i -> "\"" + i + "\": {\"$ref\": \"#/$defs/" + (i + 1) + "\"}") + "}}",
                "/$defs/399",
                "apply within each other");
    }

    @Test
    void aThousandAlternativesAreOneRuleEach() {
        String alternatives = many(
                1_000,
                i -> "{\"type\": \"object\", \"properties\": {\"k\": {\"const\": \"v" + i
                        + "\"}}, \"required\": [\"k\"]}");

        assertThat(rules("{\"anyOf\": [" + alternatives + "]}")).isLessThan(10);
        refused("{\"oneOf\": [" + alternatives + "]}", "/oneOf", "too large");
    }

    @Test
    void alternativesThatMultiplyAreRefused() {
        refused(
                "{\"type\": \"object\", \"dependentRequired\": {" + many(30, i -> "\"a" + i + "\": [\"b" + i + "\"]")
                        + "}}",
                "/dependentRequired",
                "alternatives");
        refused(
                "{\"allOf\": ["
                        + many(10, j -> "{\"anyOf\": [" + many(10, i -> "{\"required\": [\"" + i + j + "\"]}") + "]}")
                        + "]}",
                "/allOf",
                "alternatives");
    }

    @Test
    void countersThatMultiplyAreRefused() {
        refused(
                "{\"type\": \"object\", \"minProperties\": 500, \"additionalProperties\": false, \"properties\": {"
                        + many(1_000, i -> "\"p" + i + "\": {}") + "}}",
                "/minProperties",
                "counted");
        refused(
                "{\"type\": \"integer\", \"allOf\": ["
                        + many(7, i -> "{\"multipleOf\": " + new int[] {2, 3, 5, 7, 11, 13, 17}[i] + "}") + "]}",
                "",
                "remainders");
    }

    @Test
    void manyPropertiesAreRefused() {
        refused(
                "{\"type\": \"object\", \"properties\": {" + many(150_000, i -> "\"p" + i + "\": {}") + "}}",
                "",
                "too large");
    }
}
