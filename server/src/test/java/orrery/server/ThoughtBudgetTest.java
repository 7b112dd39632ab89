package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.node.ObjectNode;

/** A thought that has used its budget ends by its closing tag, in each API and however the answer is read. */
class ThoughtBudgetTest {
    /**
     * What a model would say, a token a letter: the tag takes the places of the letters {@code X}.
     *
     * @param budget tokens of the thought
     */
    record Script(String family, String text, int budget, String thought, String said) {
        @Override
        public String toString() {
            return family + " with " + budget + ": " + text;
        }
    }

    static final List<Script> SCRIPTS = List.of(
            new Script("qwen-3", "<think>abcX\n\nHello.<|im_end|>", 3, "abc", "Hello."),
            new Script("qwen-3", "<think>XHello.<|im_end|>", 0, "", "Hello."),
            new Script("qwen-3", "<think>abc</think>\n\nHello.<|im_end|>", 3, "abc", "Hello."),
            new Script("qwen-3", "<think>abc</think>\n\nHello.<|im_end|>", 1000, "abc", "Hello."),
            // One more would cut a character.
            new Script("qwen-3", "<think>a日XHello.<|im_end|>", 2, "a日", "Hello."),
            new Script("qwen-3", "<think>a日XHello.<|im_end|>", 4, "a日", "Hello."),
            // The second thought has what the first has left: nothing.
            new Script("qwen-3", "<think>ab</think>So<think>XYes.<|im_end|>", 2, "ab", "So\nYes."),
            new Script("qwen-3", "Hello.<|im_end|>", 0, "", "Hello."),
            // The prompt has begun it.
            new Script("deepseek-3", "abcXHello.<｜end▁of▁sentence｜>", 3, "abc", "Hello."),
            new Script("deepseek-3", "XHello.<｜end▁of▁sentence｜>", 0, "", "Hello."),
            // A control token, and one of many letters.
            new Script("mistral-11", "[THINK]abcXHello.</s>", 3, "abc", "Hello."),
            new Script("prompted", "<think>abcXXXXXXXXHello.<end_of_turn>", 3, "abc", "Hello."),
            new Script("llama-3", "Hello.<|eot_id|>", 1, "", "Hello."));

    @TempDir
    private Path folder;

    private static ObjectNode asking(ScriptedApi api, int budget) {
        var body = api.asking(ScriptedServer.JSON);
        switch (api) {
            case CHAT -> body.put("thinking_budget", budget);
            case RESPONSES -> body.putObject("reasoning").put("max_tokens", budget);
            case MESSAGES -> body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        }
        return body;
    }

    @ParameterizedTest
    @FieldSource("SCRIPTS")
    void endsAThoughtThatHasUsedItsBudget(Script script) {
        try (var server = ScriptedServer.start(folder, script.family, script.text)) {
            for (var api : ScriptedApi.values()) {
                var body = asking(api, script.budget);
                for (var said : List.of(server.whole(api, body), server.streamed(api, body))) {
                    assertThat(said.thought()).as(api.path).isEqualTo(script.thought);
                    assertThat(said.text()).as(api.path).isEqualTo(script.said);
                    assertThat(said.tokens()).isEqualTo(server.scriptTokens());
                }
            }
        }
    }

    @Test
    void takesABudgetByEveryNameAndTheLeastOfSeveral() {
        var api = ScriptedApi.CHAT;
        try (var server = ScriptedServer.start(folder, "qwen-3", "<think>abcXHello.<|im_end|>")) {
            var bodies = Stream.of(
                            "{\"thinking_budget\":3}",
                            "{\"thinking_token_budget\":3}",
                            "{\"thinking_budget_tokens\":3}",
                            "{\"reasoning\":{\"max_tokens\":3}}",
                            "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":3}}",
                            "{\"thinking_budget\":9,\"reasoning\":{\"max_tokens\":3},\"thinking_budget_tokens\":-1}")
                    .map(fields ->
                            api.asking(ScriptedServer.JSON).setAll((ObjectNode) ScriptedServer.JSON.readTree(fields)));
            assertThat(bodies)
                    .allSatisfy(body -> assertThat(
                                    server.whole(api, (ObjectNode) body).thought())
                            .isEqualTo("abc"));
            var unbounded = List.of(
                    "{\"thinking_budget\":-1}",
                    "{\"thinking\":{\"type\":\"disabled\",\"budget_tokens\":3},\"chat_template_kwargs\":{\"enable_thinking\":true}}");
            assertThat(unbounded).allSatisfy(fields -> {
                var body = api.asking(ScriptedServer.JSON);
                body.setAll((ObjectNode) ScriptedServer.JSON.readTree(fields));
                assertThat(server.whole(api, body).thought()).isEqualTo("abcXHello.");
            });
        }
    }

    @Test
    void countsEachOfSeveralAnswersByItself() {
        try (var server = ScriptedServer.start(folder, "qwen-3", "<think>abcXHello.<|im_end|>")) {
            var body = asking(ScriptedApi.CHAT, 3).put("n", 3);
            var answer = ScriptedServer.JSON.readTree(server.post(ScriptedApi.CHAT.path, body));
            assertThat(answer.get("choices").valueStream()).hasSize(3).allSatisfy(choice -> {
                assertThat(choice.at("/message/reasoning_content").stringValue())
                        .isEqualTo("abc");
                assertThat(choice.at("/message/content").stringValue()).isEqualTo("Hello.");
            });
            // The opening tag, and three letters.
            assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens")
                            .intValue())
                    .isEqualTo(3 * 4);
        }
    }

    @Test
    void anthropicsBudgetLeavesTokensForTheAnswer() {
        try (var fixture = ServerFixture.start()) {
            for (int budget : new int[] {50, 51, 5000}) {
                var answer = fixture.post("/v1/messages", """
                        {"max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}],
                        "thinking": {"type": "enabled", "budget_tokens": %d}}""".formatted(budget));
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.json().at("/error/type").stringValue()).isEqualTo("invalid_request_error");
                assertThat(answer.json().at("/error/message").stringValue())
                        .contains("thinking.budget_tokens is " + budget, "max_tokens, which is 50");
            }
            // The demo model does not think.
            var answer = fixture.post("/v1/messages", """
                    {"max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}],
                    "thinking": {"type": "enabled", "budget_tokens": 49}}""");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(fixture.post("/v1/chat/completions", """
                    {"messages": [{"role": "user", "content": "Hi"}], "thinking_budget": -2}""").status()).isEqualTo(400);
        }
    }
}
