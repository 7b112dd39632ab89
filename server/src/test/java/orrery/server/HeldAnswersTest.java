package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers of random weights that are held to calls and schemas, in every API and every family's format. */
class HeldAnswersTest {
    private static final String WEATHER = """
            {"type": "object", "properties": {"city": {"type": "string", "maxLength": 6},
             "days": {"type": "array", "items": {"enum": ["mon", "tue"]}, "minItems": 1, "maxItems": 2},
             "place": {"type": "object", "properties": {"north": {"type": "integer", "minimum": -90, "maximum": 90}},
              "required": ["north"], "additionalProperties": false}},
             "required": ["city", "place"], "additionalProperties": false}""";
    private static final String SUM = """
            {"type": "object", "properties": {"a": {"enum": [1, 22, 333]}, "b": {"type": "boolean"}},
             "required": ["a"], "additionalProperties": false}""";

    @TempDir
    private Path folder;

    private static JsonNode json(String text) {
        return ScriptedServer.JSON.readTree(text);
    }

    private static ObjectNode asking(ScriptedApi api, int seed) {
        var body = ScriptedServer.JSON.createObjectNode().put("model", "scripted");
        api.add(body, ScriptedApi.QUESTION);
        var tools = body.putArray("tools");
        api.addTool(tools, "get_weather", json(WEATHER));
        api.addTool(tools, "add", json(SUM));
        body.put("temperature", 1).put("seed", seed);
        budget(api, body);
        api.limit(body, 700);
        return body;
    }

    /** Random weights would seldom end their reasoning. */
    private static void budget(ScriptedApi api, ObjectNode body) {
        switch (api) {
            case CHAT -> body.put("thinking_budget", 5);
            case RESPONSES -> body.putObject("reasoning").put("max_tokens", 5);
            case MESSAGES -> body.putObject("thinking").put("type", "enabled").put("budget_tokens", 5);
        }
    }

    private static void choose(ScriptedApi api, ObjectNode body, String tool) {
        switch (api) {
            case CHAT -> {
                if (tool.isEmpty()) {
                    body.put("tool_choice", "required");
                } else {
                    body.putObject("tool_choice")
                            .put("type", "function")
                            .putObject("function")
                            .put("name", tool);
                }
            }
            case RESPONSES -> {
                if (tool.isEmpty()) {
                    body.put("tool_choice", "required");
                } else {
                    body.putObject("tool_choice").put("type", "function").put("name", tool);
                }
            }
            case MESSAGES -> {
                var choice = body.putObject("tool_choice").put("type", tool.isEmpty() ? "any" : "tool");
                if (!tool.isEmpty()) {
                    choice.put("name", tool);
                }
            }
        }
    }

    private static void requireValid(String name, String arguments) {
        var given = (ObjectNode) json(arguments);
        if (name.equals("add")) {
            assertThat(given.get("a").intValue()).isIn(1, 22, 333);
            assertThat(given.path("b").isMissingNode() || given.get("b").isBoolean())
                    .isTrue();
            assertThat(given.size()).isLessThanOrEqualTo(2);
            return;
        }
        assertThat(name).isEqualTo("get_weather");
        String city = given.get("city").stringValue();
        assertThat(city.codePointCount(0, city.length())).isLessThanOrEqualTo(6);
        assertThat(given.at("/place/north").intValue()).isBetween(-90, 90);
        assertThat(given.get("place").size()).isEqualTo(1);
        if (given.has("days")) {
            assertThat(given.get("days").size()).isBetween(1, 2);
            given.get("days").forEach(day -> assertThat(day.stringValue()).isIn("mon", "tue"));
        }
        assertThat(given.size()).isEqualTo(given.has("days") ? 3 : 2);
    }

    private static boolean cut(ScriptedApi.Said said) {
        return List.of("length", "incomplete", "max_tokens").contains(said.reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen-3",
                "llama-3",
                "llama-4",
                "mistral-7",
                "mistral-11",
                "deepseek-3",
                "deepseek-3.1",
                "prompted"
            })
    void everyRequiredCallIsValid(String family) {
        int finished = 0;
        int asked = 0;
        try (var server = ScriptedServer.random(folder, family, 7)) {
            for (var api : ScriptedApi.values()) {
                for (String tool : new String[] {"", "get_weather", "add"}) {
                    var body = asking(api, asked);
                    choose(api, body, tool);
                    var whole = server.whole(api, body);
                    var streamed = server.streamed(api, body);
                    assertThat(streamed.tokens()).isEqualTo(whole.tokens());
                    assertThat(streamed.reason()).isEqualTo(whole.reason());
                    asked++;
                    if (cut(whole)) {
                        continue;
                    }
                    assertThat(streamed.called()).isEqualTo(whole.called());
                    finished++;
                    assertThat(whole.text()).isEmpty();
                    assertThat(whole.calls()).isNotEmpty().allSatisfy(call -> {
                        requireValid(call.name(), call.arguments());
                        assertThat(call.name()).contains(tool);
                    });
                }
            }
        }
        System.out.println(family + ": " + finished + " of " + asked + " answers finished, all of them valid");
        assertThat(finished).isGreaterThan(asked / 4);
    }

    @Test
    void aStreamedCallIsTheBeginningOfJsonAtEveryDelta() {
        try (var server = ScriptedServer.random(folder, "qwen-3", 3)) {
            var body = asking(ScriptedApi.CHAT, 5);
            choose(ScriptedApi.CHAT, body, "get_weather");
            body.put("parallel_tool_calls", false);
            var written = new StringBuilder();
            var beginnings = new ArrayList<String>();
            server.post(ScriptedApi.CHAT.path, ScriptedApi.CHAT.streaming(body))
                    .lines()
                    .filter(line -> line.startsWith("data: {"))
                    .map(line -> json(line.substring("data: ".length())))
                    .forEach(event -> {
                        for (var call : event.at("/choices/0/delta/tool_calls")) {
                            written.append(call.at("/function/arguments").asString(""));
                            beginnings.add(written.toString());
                        }
                    });
            assertThat(beginnings)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(one -> assertThat(written.toString()).startsWith(one));
            requireValid("get_weather", written.toString());
        }
    }

    @Test
    void textFollowsASchemaWhateverItSpells() {
        try (var server = ScriptedServer.random(folder, "qwen-3", 11)) {
            int finished = 0;
            for (int seed = 0; seed < 12; seed++) {
                var body = asking(ScriptedApi.CHAT, seed);
                body.remove("tools");
                var format = body.putObject("response_format").put("type", "json_schema");
                format.putObject("json_schema")
                        .put("name", "weather")
                        .put("strict", true)
                        .set("schema", json(WEATHER));
                var said = server.whole(ScriptedApi.CHAT, body);
                if (!cut(said)) {
                    finished++;
                    requireValid("get_weather", said.text());
                }
            }
            assertThat(finished).isGreaterThan(8);
        }
    }

    @Test
    void strictToolsBesideAFreeAnswerAndAFormInsteadOfACall() {
        try (var server = ScriptedServer.random(folder, "mistral-11", 5)) {
            int calls = 0;
            int texts = 0;
            for (int seed = 0; seed < 12; seed++) {
                var body = asking(ScriptedApi.CHAT, seed);
                ((ObjectNode) body.at("/tools/0/function")).put("strict", true);
                body.putObject("response_format").put("type", "json_object");
                body.put("max_tokens", 300);
                var said = server.whole(ScriptedApi.CHAT, body);
                said.calls().forEach(call -> {
                    if (!cut(said)) {
                        requireValid(call.name(), call.arguments());
                    }
                });
                calls += said.calls().size();
                if (!cut(said) && said.calls().isEmpty()) {
                    assertThat(json(said.text()).isObject()).isTrue();
                    texts++;
                }
                body.remove("response_format");
                server.whole(ScriptedApi.CHAT, body)
                        .calls()
                        .forEach(call -> assertThat(call.name()).isIn("get_weather", "add"));
            }
            System.out.println("instead of a form: " + calls + " calls, " + texts + " texts");
        }
    }

    @Test
    void allOtherNamesOfAForm() {
        try (var server = ScriptedServer.random(folder, "prompted", 5)) {
            for (var fields : List.of(
                    "{\"guided_choice\": [\"yes\", \"no\"]}",
                    "{\"structured_outputs\": {\"choice\": [\"yes\", \"no\"]}}",
                    "{\"guided_regex\": \"yes|no\"}",
                    "{\"structured_outputs\": {\"regex\": \"yes|n[o]\"}}",
                    "{\"grammar\": \"root ::= \\\"yes\\\" | \\\"no\\\"\"}",
                    "{\"guided_grammar\": \"root ::= \\\"yes\\\" | \\\"no\\\"\"}",
                    "{\"json_schema\": {\"enum\": [\"yes\", \"no\"]}}",
                    "{\"guided_json\": {\"enum\": [\"yes\", \"no\"]}}",
                    "{\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"schema\": {\"enum\": [\"yes\", \"no\"]}}}}")) {
                var body = asking(ScriptedApi.CHAT, 1);
                body.remove("tools");
                body.setAll((ObjectNode) json(fields));
                assertThat(server.whole(ScriptedApi.CHAT, body).text())
                        .as(fields)
                        .isIn("yes", "no", "\"yes\"", "\"no\"");
                var completion = ScriptedServer.JSON.createObjectNode().put("prompt", "Well: ");
                completion.setAll((ObjectNode) json(fields));
                var answer = json(server.post("/v1/completions", completion)).at("/choices/0");
                assertThat(answer.get("finish_reason").stringValue()).isEqualTo("stop");
                assertThat(answer.get("text").stringValue()).isIn("yes", "no", "\"yes\"", "\"no\"");
            }
        }
    }

    @Test
    void hostileFormsAreTheirSendersProblemAlone() {
        try (var fixture = ServerFixture.start()) {
            var deep = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                deep.append("{\"anyOf\": [{\"type\": \"null\"}, {\"properties\": {\"a\": ");
            }
            deep.append("{}").append("}}]}".repeat(12));
            for (String form : List.of(
                    "\"guided_regex\": \"(?=a)b\"",
                    "\"guided_json\": {\"allOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}]}",
                    "\"guided_json\": {\"$ref\": \"#/nowhere\"}",
                    "\"guided_json\": {\"$ref\": \"#\"}",
                    "\"grammar\": \"root ::= root\"",
                    "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"strict\": true, \"schema\": "
                            + "{\"properties\": {\"a\": {\"type\": \"string\", \"pattern\": \"(?!x)\"}}}}}",
                    "\"tool_choice\": \"required\", \"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"f\","
                            + " \"strict\": true, \"parameters\": {\"properties\": {\"a\": {\"type\": \"text\"}}}}}]")) {
                var answer = fixture.post(
                        "/v1/chat/completions",
                        "{\"max_tokens\": 5, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], " + form + "}");
                assertThat(answer.status()).as("%s: %s", form, answer.body()).isEqualTo(400);
                assertThat(answer.json().at("/error/code").asString()).as(form).isEqualTo("unsupported_grammar");
                assertThat(answer.json().at("/error/param").asString("")).isNotEmpty();
            }
            var named = fixture.post(
                    "/v1/chat/completions",
                    "{\"max_tokens\": 5, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"json_schema\": "
                            + "{\"properties\": {\"a\": {\"items\": {\"type\": \"text\"}}}}}");
            assertThat(named.body()).contains("#/properties/a/items/type");
            // What is nested, but possible, is answered; and so is everybody else.
            for (String form : List.of(
                    "\"guided_json\": " + deep,
                    "\"guided_regex\": \"(((a{1,1000}){1,1000}){1,1000}){1,1000}\"",
                    "\"seed\": 1")) {
                var answer = fixture.post(
                        "/v1/chat/completions",
                        "{\"max_tokens\": 5, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], " + form + "}");
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            }
        }
    }
}
