package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Models of every family that say a script: thoughts, calls and the way back, through all three APIs. */
final class ScriptedAnswersTest {
    private static final Map<ScriptedApi, String> CALLED = Map.of(
            ScriptedApi.CHAT, "tool_calls", ScriptedApi.RESPONSES, "completed", ScriptedApi.MESSAGES, "tool_use");
    private static final Map<ScriptedApi, String> DONE =
            Map.of(ScriptedApi.CHAT, "stop", ScriptedApi.RESPONSES, "completed", ScriptedApi.MESSAGES, "end_turn");
    private static final Map<ScriptedApi, String> CUT =
            Map.of(ScriptedApi.CHAT, "length", ScriptedApi.RESPONSES, "incomplete", ScriptedApi.MESSAGES, "max_tokens");

    private static final String THOUGHT = "\nParis, so naïve: 日本.\n";
    private static final String QWEN_3 = "<think>" + THOUGHT + "</think>\n\nLet me look.\n<tool_call>\n{\"name\": "
            + "\"get_weather\", \"arguments\": {\"city\": \"Zürich\", \"tags\": [1.5e3, null, {\"x\": true}]}}\n</tool_call>"
            + "\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call><|im_end|>";

    /** What a model says, and what that means. */
    record Script(String family, String text, String thought, String said, List<String> calls) {
        @Override
        public String toString() {
            return family + ": " + text.replace("\n", " ");
        }
    }

    static final List<Script> SCRIPTS = List.of(
            new Script(
                    "qwen-3",
                    QWEN_3,
                    THOUGHT.strip(),
                    "Let me look.",
                    List.of("get_weather {\"city\":\"Zürich\",\"tags\":[1500.0,null,{\"x\":true}]}", "add {\"a\":1}")),
            new Script(
                    "qwen-3",
                    "<think>\n\n</think>\n\na < b, <tool and <tool_calm>\n<|im_end|>",
                    "",
                    "a < b, <tool and <tool_calm>",
                    List.of()),
            new Script("qwen-3", " \n\tTwo  words \n \n\t<|im_end|>", "", "Two  words", List.of()),
            new Script(
                    "llama-3",
                    "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"it's \\\"Paris\\\"\"}}<|eom_id|>",
                    "",
                    "",
                    List.of("get_weather {\"city\":\"it's \\\"Paris\\\"\"}")),
            new Script(
                    "llama-3",
                    "{\"name\": \"nobody\", \"parameters\": {}}<|eot_id|>",
                    "",
                    "{\"name\": \"nobody\", \"parameters\": {}}",
                    List.of()),
            new Script(
                    "llama-4",
                    "<|python_start|>[get_weather(city='it\\'s \"Paris\"', days=[1, (True, None)]), add(a=2)]<|python_end|><|eom|>",
                    "",
                    "",
                    List.of("get_weather {\"city\":\"it's \\\"Paris\\\"\",\"days\":[1,[true,null]]}", "add {\"a\":2}")),
            new Script(
                    "mistral-7",
                    "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}, {\"name\": \"add\", "
                            + "\"arguments\": {\"a\": 1}}]</s>",
                    "",
                    "",
                    List.of("get_weather {\"city\":\"Paris\"}", "add {\"a\":1}")),
            new Script(
                    "mistral-11",
                    "[THINK]Which city?[/THINK]Sure.[TOOL_CALLS]get_weather[ARGS]{\"city\": \"Paris\"}[TOOL_CALLS]add[CALL_ID]"
                            + "abcdef123[ARGS]{\"a\": 1}</s>",
                    "Which city?",
                    "Sure.",
                    List.of("get_weather {\"city\":\"Paris\"}", "add {\"a\":1}")),
            new Script(
                    "deepseek-3",
                    "Hm.\n</think>\n\nA moment.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n"
                            + "{\"city\": \"Paris\"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>add\n```json\n"
                            + "{\"a\": 1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>",
                    "Hm.",
                    "A moment.",
                    List.of("get_weather {\"city\":\"Paris\"}", "add {\"a\":1}")),
            new Script(
                    "deepseek-3.1",
                    "Looking.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{\"city\": \"Paris\"}"
                            + "<｜tool▁call▁end｜><｜tool▁call▁begin｜>add<｜tool▁sep｜>{\"a\": 1}<｜tool▁call▁end｜>"
                            + "<｜tool▁calls▁end｜><｜end▁of▁sentence｜>",
                    "",
                    "Looking.",
                    List.of("get_weather {\"city\":\"Paris\"}", "add {\"a\":1}")),
            new Script(
                    "prompted",
                    "Well:\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": -5}}\n</tool_call><end_of_turn>",
                    "",
                    "Well:",
                    List.of("add {\"a\":-5}")));

    @TempDir
    private Path folder;

    private static ObjectNode asking(ScriptedApi api) {
        return api.asking(ScriptedServer.JSON);
    }

    @ParameterizedTest
    @FieldSource("SCRIPTS")
    void saysWhatTheScriptMeansInEachApi(Script script) {
        try (var server = ScriptedServer.start(folder, script.family, script.text)) {
            for (var api : ScriptedApi.values()) {
                for (var said : List.of(server.whole(api, asking(api)), server.streamed(api, asking(api)))) {
                    assertThat(said.thought()).as(api.path).isEqualTo(script.thought);
                    assertThat(said.text()).as(api.path).isEqualTo(script.said);
                    assertThat(said.called()).as(api.path).isEqualTo(script.calls);
                    assertThat(said.reason()).isEqualTo((script.calls.isEmpty() ? DONE : CALLED).get(api));
                    assertThat(said.tokens()).isEqualTo(server.scriptTokens());
                    assertThat(said.calls())
                            .extracting(ScriptedApi.Call::id)
                            .doesNotHaveDuplicates()
                            .allMatch(id -> id.matches(
                                    script.family.startsWith("mistral") ? "[A-Za-z0-9]{9}" : "call_[A-Za-z0-9]{24}"));
                }
            }
        }
    }

    private static List<String> named(ScriptedApi.Said said) {
        return said.calls().stream().map(ScriptedApi.Call::name).toList();
    }

    @Test
    void keepsTheIdThatAModelGivesItsCall() {
        String script = "[TOOL_CALLS]add[CALL_ID]abcdef123[ARGS]{\"a\": 1}</s>";
        try (var server = ScriptedServer.start(folder, "mistral-11", script)) {
            for (var api : ScriptedApi.values()) {
                assertThat(server.streamed(api, asking(api)).calls())
                        .containsExactly(new ScriptedApi.Call("abcdef123", "add", "{\"a\": 1}"));
            }
        }
    }

    @Test
    void anAnswerWithOnlyAThoughtHasTheSameBlocksWholeAndStreamed() {
        try (var server = ScriptedServer.start(folder, "qwen-3", "<think>\nNo words.\n</think>\n<|im_end|>")) {
            var api = ScriptedApi.MESSAGES;
            var whole = ScriptedServer.JSON.readTree(server.post(api.path, asking(api)));
            var streamed = server.post(api.path, api.streaming(asking(api)));

            assertThat(whole.get("content")
                            .valueStream()
                            .map(block -> block.get("type").stringValue()))
                    .containsExactly("thinking", "text");
            assertThat(streamed.lines().filter(line -> line.equals("event: content_block_start")))
                    .hasSize(2);
            assertThat(server.streamed(api, asking(api))).isEqualTo(server.whole(api, asking(api)));
        }
    }

    @ParameterizedTest
    @FieldSource("SCRIPTS")
    void saysTheSameWholeAndStreamedWhereverItIsCut(Script script) {
        try (var server = ScriptedServer.start(folder, script.family, script.text)) {
            for (int tokens = 2; tokens < server.scriptTokens(); tokens += 13) {
                for (var api : ScriptedApi.values()) {
                    var body = asking(api);
                    api.limit(body, tokens);
                    var whole = server.whole(api, body);
                    var streamed = server.streamed(api, body);
                    assertThat(whole.thought()).isEqualTo(streamed.thought());
                    assertThat(whole.text()).isEqualTo(streamed.text());
                    assertThat(named(whole)).isEqualTo(named(streamed));
                    if (api != ScriptedApi.MESSAGES) {
                        assertThat(whole.calls())
                                .extracting(ScriptedApi.Call::arguments)
                                .containsExactlyElementsOf(streamed.calls().stream()
                                        .map(ScriptedApi.Call::arguments)
                                        .toList());
                    }
                    assertThat(whole.tokens()).isEqualTo(streamed.tokens()).isEqualTo(tokens);
                    assertThat(whole.reason()).isEqualTo(streamed.reason()).isEqualTo(CUT.get(api));
                    // The last letter may have been cut in two.
                    assertThat(script.thought).startsWith(whole.thought().replace("\uFFFD", ""));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ScriptedApi.class)
    void endsACallThatIsCutAsTheBeginningThatItIs(ScriptedApi api) {
        String said = QWEN_3.substring(0, QWEN_3.indexOf("rich"));
        try (var server = ScriptedServer.start(folder, "qwen-3", QWEN_3)) {
            var body = asking(api);
            api.limit(body, server.tokens(said));
            var streamed = server.streamed(api, body);
            var whole = server.whole(api, body);

            assertThat(streamed.calls())
                    .extracting(ScriptedApi.Call::name, ScriptedApi.Call::arguments)
                    .containsExactly(tuple("get_weather", "{\"city\": \"Zü"));
            // Anthropic's input is an object, and a beginning is none.
            assertThat(whole.calls())
                    .extracting(ScriptedApi.Call::arguments)
                    .containsExactly(api == ScriptedApi.MESSAGES ? "{}" : "{\"city\": \"Zü");
            assertThat(List.of(whole.reason(), streamed.reason())).containsOnly(CUT.get(api));
        }
    }

    @ParameterizedTest
    @EnumSource(ScriptedApi.class)
    void endsAfterTheFirstCallWhereOneIsAskedFor(ScriptedApi api) {
        String said = QWEN_3.substring(0, QWEN_3.indexOf("\n</tool_call>"));
        try (var server = ScriptedServer.start(folder, "qwen-3", QWEN_3)) {
            var body = asking(api);
            api.oneCall(body);

            for (var answer : List.of(server.whole(api, body), server.streamed(api, body))) {
                assertThat(answer.calls()).extracting(ScriptedApi.Call::name).containsExactly("get_weather");
                assertThat(answer.called()).hasSize(1);
                assertThat(answer.text()).isEqualTo("Let me look.");
                assertThat(answer.reason()).isEqualTo(CALLED.get(api));
                assertThat(answer.tokens()).isEqualTo(server.tokens(said));
            }
        }
    }

    @Test
    void countsTheTokensOfThoughts() {
        try (var server = ScriptedServer.start(folder, "qwen-3", QWEN_3)) {
            int tokens = server.tokens("<think>" + THOUGHT);
            var chat = ScriptedServer.JSON.readTree(server.post(ScriptedApi.CHAT.path, asking(ScriptedApi.CHAT)));
            var responses = ScriptedServer.JSON.readTree(
                    server.post(ScriptedApi.RESPONSES.path, asking(ScriptedApi.RESPONSES)));

            assertThat(chat.at("/usage/completion_tokens_details/reasoning_tokens")
                            .intValue())
                    .isEqualTo(tokens);
            assertThat(responses
                            .at("/usage/output_tokens_details/reasoning_tokens")
                            .intValue())
                    .isEqualTo(tokens);
            // A generated client demands both.
            assertThat(responses.at("/usage/input_tokens_details").propertyNames())
                    .containsExactlyInAnyOrder("cached_tokens", "cache_write_tokens");
            assertThat(chat.at("/usage/prompt_tokens").intValue())
                    .isEqualTo(server.count(ScriptedApi.CHAT, asking(ScriptedApi.CHAT)));
        }
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
    void takesWhatItSaidBackInEachApi(String family) {
        try (var server = ScriptedServer.start(folder, family, "Yes.")) {
            var chat = conversation(ScriptedApi.CHAT, """
                    {"messages": [
                    {"role": "user", "content": "How is Paris?"},
                    {"role": "assistant", "content": null, "reasoning_content": "They mean the weather.", "tool_calls": [
                      {"id": "call_1", "type": "function", "function":
                        {"name": "get_weather", "arguments": "{\\"city\\": \\"Zürich\\", \\"days\\": 2}"}}]},
                    {"role": "tool", "tool_call_id": "call_1", "content": "21 degrees"},
                    {"role": "assistant", "content": "Warm."},
                    {"role": "user", "content": "And now?"}]}""");
            var responses = conversation(ScriptedApi.RESPONSES, """
                    {"input": [
                    {"role": "user", "content": [{"type": "input_text", "text": "How is Paris?"}]},
                    {"type": "reasoning", "summary": [], "content":
                      [{"type": "reasoning_text", "text": "They mean the weather."}]},
                    {"type": "function_call", "call_id": "call_1", "name": "get_weather",
                      "arguments": "{\\"city\\": \\"Zürich\\", \\"days\\": 2}"},
                    {"type": "function_call_output", "call_id": "call_1", "output": "21 degrees"},
                    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Warm."}]},
                    {"role": "user", "content": "And now?"}]}""");
            var messages = conversation(ScriptedApi.MESSAGES, """
                    {"messages": [
                    {"role": "user", "content": "How is Paris?"},
                    {"role": "assistant", "content": [
                      {"type": "thinking", "thinking": "They mean the weather.", "signature": ""},
                      {"type": "tool_use", "id": "call_1", "name": "get_weather",
                        "input": {"city": "Zürich", "days": 2}}]},
                    {"role": "user", "content": [
                      {"type": "tool_result", "tool_use_id": "call_1", "content": "21 degrees"}]},
                    {"role": "assistant", "content": [{"type": "text", "text": "Warm."}]},
                    {"role": "user", "content": "And now?"}]}""");

            var prompt = ScriptedServer.JSON
                    .readTree(server.post("/apply-template", chat))
                    .get("prompt")
                    .stringValue();
            assertThat(prompt)
                    .containsSubsequence("How is Paris?", "get_weather", "Zürich", "21 degrees", "Warm.", "And now?")
                    .containsPattern("\"city\": ?\"Zürich\", ?\"days\": ?2");
            int tokens = server.count(ScriptedApi.CHAT, chat);
            assertThat(server.count(ScriptedApi.RESPONSES, responses)).isEqualTo(tokens);
            assertThat(server.count(ScriptedApi.MESSAGES, messages)).isEqualTo(tokens);
            if (family.equals("qwen-3")) {
                assertThat(prompt).contains("<think>They mean the weather.</think>");
            }
        }
    }

    private static ObjectNode conversation(ScriptedApi api, String json) {
        var body = asking(api);
        body.setAll((ObjectNode) ScriptedServer.JSON.readTree(json));
        return body;
    }
}
