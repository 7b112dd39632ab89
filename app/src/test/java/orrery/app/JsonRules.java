package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What holds for every report as JSON: one form for the same thing, and units in the keys. */
final class JsonRules {
    private JsonRules() {}

    /** Walks a report. */
    static void check(JsonNode report) {
        assertThat(report.isObject()).isTrue();
        assertThat(report.propertyNames().iterator().next()).isEqualTo("schema");
        assertThat(report.get("schema").asString()).matches("orrery/[a-z]+(-[a-z]+)*/[1-9]");
        check("", report);
    }

    private static void check(String path, JsonNode node) {
        node.forEachEntry((key, value) -> {
            String here = path + "." + key;
            assertThat(key).as(here).matches("[a-z][a-z0-9]*(_[a-z0-9]+)*");
            checkName(here, key, value);
            checkUnit(here, key, value);
            check(here, value);
        });
        if (node.isArray()) {
            node.forEach(element -> check(path + "[]", element));
        }
    }

    private static void checkName(String here, String key, JsonNode value) {
        switch (key) {
            case "model", "from" -> {
                assertThat(value.isObject()).as(here).isTrue();
                assertThat(value.propertyNames()).as(here).contains("name");
                assertThat(Set.of("name", "path")).as(here).containsAll(value.propertyNames());
            }
            case "models" ->
                value.forEach(one -> assertThat(one.propertyNames().iterator().next())
                        .as(here)
                        .isEqualTo("name"));
            case "dtype", "kv_type" -> assertThat(value.asString()).as(here).isLowerCase();
            default -> {}
        }
    }

    private static void checkUnit(String here, String key, JsonNode value) {
        assertThat(key).as(here).doesNotMatch(".*(^|_)(nanos|ns|millis|ms|micros|us|mib|gib|kib|kb|mb|gb)");
        for (String unit : Set.of("bytes", "flops")) {
            if (key.matches("(.*_)?" + unit + "(_per_token)?")) {
                assertThat(value.isIntegralNumber()).as(here + " = " + value).isEqualTo(!key.equals("flops_per_token"));
            } else if (key.contains(unit)) {
                assertThat(key).as(here).matches("(.*_)?" + unit + "_per_(second|byte)(_quartiles)?");
            }
        }
        if (key.contains("second")) {
            assertThat(key).as(here).matches(".*_seconds|.*_per_second(_quartiles)?|second.*");
        }
        if (key.endsWith("_seconds") || key.endsWith("_per_second")) {
            assertThat(value.isNumber()).as(here).isTrue();
        }
    }
}
