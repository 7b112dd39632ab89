package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.app.terminal.Style;
import orrery.app.terminal.Terminals;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of thoughts and calls on the command line, with models that say them. */
final class ThoughtsAndCallsTest {
    private static final String CALLING =
            "<think>\nParis, so naïve.\n</think>\n\nLet me look.\n<tool_call>\n{\"name\": "
                    + "\"get_weather\", \"arguments\": {\"city\": \"Zürich\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"add\", "
                    + "\"arguments\": {}}\n</tool_call><|im_end|>";
    private static final String THOUGHT = "Paris, so naïve.";
    private static final String ANSWER = """
            Let me look.
            call get_weather {"city": "Zürich"}
            call add {}
            """;

    @TempDir
    private Path folder;

    private Cli.Run run(String script, Object... arguments) throws IOException {
        return run(Cli.reading(""), script, arguments);
    }

    private Cli.Run run(Cli cli, String script, Object... arguments) throws IOException {
        if (!Files.exists(folder.resolve("config.json"))) {
            ScriptedCheckpoint.write(folder, "qwen-3", script);
        }
        var all = new ArrayList<Object>(List.of("run", "--model", folder, ScriptedCheckpoint.QUESTION));
        all.addAll(List.of(arguments));
        return cli.start(all.toArray());
    }

    @Test
    void printsThoughtsBesideTheAnswerAndCallsWithIt() throws IOException {
        var run = run(CALLING);

        assertThat(run.out()).isEqualTo(ANSWER);
        assertThat(run.err()).startsWith(THOUGHT + "\nprompt ");
        assertThat(run.status()).isZero();
    }

    @Test
    void leavesThoughtsOutWhenTheyAreNotRequested() throws IOException {
        var hidden = run(CALLING, "--hide-thoughts");
        var quiet = run(CALLING, "--quiet");

        assertThat(List.of(hidden.out(), quiet.out())).containsOnly(ANSWER);
        assertThat(hidden.err()).startsWith("prompt ");
        assertThat(quiet.err()).isEmpty();
    }

    @Test
    void dimsThoughtsOnATerminal() throws IOException {
        var run = run(new Cli(InputStream.nullInputStream(), new Terminals(false, true, true)), CALLING);

        assertThat(run.out()).isEqualTo(ANSWER);
        assertThat(run.err().replaceAll("\u001b\\[[0-9]*[mK]", "")).contains(THOUGHT + "\nprompt ");
        assertThat(run.err()).contains(Style.of(true).dim("Paris,")).doesNotContain("Let me look");
    }

    @Test
    void handsThoughtsAndCallsToPrograms() throws IOException {
        var run = run(CALLING, "--json");
        var json = run.json();

        JsonRules.check(json);
        assertThat(run.err()).isEmpty();
        assertThat(json.get("text").asString()).isEqualTo("Let me look.");
        assertThat(json.get("thought").asString()).isEqualTo(THOUGHT);
        assertThat(json.get("finish_reason").asString()).isEqualTo("stop");
        assertThat(json.get("tool_calls")).hasSize(2);
        var call = json.at("/tool_calls/0");
        assertThat(call.propertyNames()).containsExactly("id", "name", "arguments", "complete");
        assertThat(call.get("id").asString()).matches("call_[A-Za-z0-9]{24}");
        assertThat(call.get("name").asString()).isEqualTo("get_weather");
        assertThat(call.get("arguments").asString()).isEqualTo("{\"city\": \"Zürich\"}");
        assertThat(call.get("complete").asBoolean()).isTrue();
    }

    @Test
    void saysWhereACallIsCutOff() throws IOException {
        ScriptedCheckpoint.write(folder, "qwen-3", CALLING);
        int tokens = Tokenizer.read(folder).encodePrompt(CALLING.substring(0, CALLING.indexOf("rich"))).length;
        var run = run(CALLING, "-n", tokens);
        var json = run(CALLING, "-n", tokens, "--json").json();

        assertThat(run.out()).isEqualTo("Let me look.\ncall get_weather {\"city\": \"Zü (cut off)\n");
        assertThat(run.err()).contains("cut off by the token limit");
        assertThat(json.at("/tool_calls/0/complete").asBoolean(true)).isFalse();
        assertThat(json.at("/tool_calls/0/arguments").asString()).isEqualTo("{\"city\": \"Zü");
        assertThat(json.get("finish_reason").asString()).isEqualTo("length");
    }

    @Test
    void endsWithANewLineAfterOnlyAThought() throws IOException {
        var run = run("<think>\nNo words.\n</think>\n<|im_end|>");

        assertThat(run.out()).isEqualTo("\n");
        assertThat(run.err()).startsWith("No words.\nprompt ");
    }

    @Test
    void printsWhatThePromptHasOpenedAsAThought() throws IOException {
        ScriptedCheckpoint.write(folder, "deepseek-3", "Hm.\n</think>\n\nYes.<｜end▁of▁sentence｜>");
        var run = Cli.run("run", "--model", folder, ScriptedCheckpoint.QUESTION);

        assertThat(run.out()).isEqualTo("Yes.\n");
        assertThat(run.err()).startsWith("Hm.\nprompt ");
    }

    @ParameterizedTest
    @CsvSource({"qwen-3, <|im_end|>, true", "prompted, <end_of_turn>, false"})
    void aConversationSendsThoughtsBackAsItsTemplateTakesThem(String family, String stop, boolean taken)
            throws IOException {
        ScriptedCheckpoint.write(folder, family, "<think>\nHm.\n</think>\n\nYes." + stop);
        var saved = folder.resolve("saved.json");
        var run = Cli.reading(ScriptedCheckpoint.QUESTION + "\n/save " + saved + "\nAnd now?\n")
                .start("chat", "--json", "--model", folder);

        var answers = run.out().lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(answers).hasSize(2);
        assertThat(answers.getFirst().get("thought").asString()).isEqualTo("Hm.");
        assertThat(answers.getFirst().get("text").asString()).isEqualTo("Yes.");
        var prompt = ChatTemplate.read(folder)
                .orElseThrow()
                .render(
                        List.of(
                                new ChatMessage("user", ScriptedCheckpoint.QUESTION),
                                new ChatMessage("assistant", "Yes.", Map.of("reasoning_content", "Hm.")),
                                new ChatMessage("user", "And now?")),
                        true,
                        Map.of());
        assertThat(prompt.contains("Hm.")).isEqualTo(taken);
        assertThat(answers.getLast().at("/usage/prompt_tokens").intValue())
                .isEqualTo(Tokenizer.read(folder).encodePrompt(prompt).length);
        var message = JsonMapper.shared().readTree(Files.readString(saved)).at("/messages/1");
        assertThat(message.get("reasoning_content").asString()).isEqualTo("Hm.");
        assertThat(message.get("content").asString()).isEqualTo("Yes.");
    }
}
