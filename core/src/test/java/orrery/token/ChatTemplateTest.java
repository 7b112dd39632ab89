package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.OrreryException;
import orrery.format.FormatException;
import orrery.token.jinja.TemplateException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ChatTemplateTest {
    private static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "Hello"));

    @TempDir
    Path directory;

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private ChatTemplate read() {
        return ChatTemplate.read(directory).orElseThrow();
    }

    @Test
    void writesTheDemoModelsPromptsAsItsReferenceDoes() throws IOException {
        Path model = Path.of("..", "demo-model");
        ChatTemplate template = ChatTemplate.read(model).orElseThrow();
        JsonNode reference = JsonMapper.shared().readTree(Files.readString(model.resolve("reference.json")));
        assertThat(reference.size()).isPositive();
        for (JsonNode entry : reference) {
            List<ChatMessage> messages = new ArrayList<>();
            for (JsonNode message : entry.get("messages")) {
                messages.add(new ChatMessage(
                        message.get("role").stringValue(),
                        message.get("content").stringValue()));
            }
            assertThat(template.render(messages, true, Map.of()))
                    .isEqualTo(entry.get("prompt").stringValue());
        }
    }

    @Test
    void givesMessagesTheirFieldsAndVariablesTheirNames() {
        ChatTemplate template = ChatTemplate.of(
                "{{ bos_token }}{% for m in messages %}{{ m }}{{ m.name }}{% endfor %}"
                        + "{{ tools is none }}{{ documents }}{{ add_generation_prompt }}{{ enable_thinking }}{{ eos_token }}",
                "<s>", "</s>");
        ChatMessage message = new ChatMessage("tool", "21", Map.of("name", "weather"));
        assertThat(template.render(List.of(message), false, Map.of("enable_thinking", true)))
                .isEqualTo("<s>{'role': 'tool', 'content': '21', 'name': 'weather'}weatherTrueNoneFalseTrue</s>");
    }

    @Test
    void takesContentInPartsOrNoneInPlaceOfTheText() {
        ChatTemplate template = ChatTemplate.of("{{ messages[0].content }}", "", "");
        assertThat(template.render(
                        List.of(new ChatMessage("user", "", Collections.singletonMap("content", null))),
                        true,
                        Map.of()))
                .isEqualTo("None");
        assertThatThrownBy(() -> new ChatMessage("user", "", Map.of("role", "x")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            %d %b %Y ; 04 Jul 2026
            %Y-%m-%d ; 2026-07-04
            %B %d, %Y ; July 04, 2026
            %-d %B %y ; 4 July 26
            %e.%-m. ; 4.7.
            %A %a %H:%M:%S %I %p ; Saturday Sat 15:05:09 03 PM
            %j %U %W %w %u %V ; 185 26 26 6 6 27
            %c ; Sat Jul  4 15:05:09 2026
            %D %T %F %R ; 07/04/26 15:05:09 2026-07-04 15:05
            100%% %Q %f ; 100% %Q 000000
            """)
    void formatsTheTimeOfItsClockAsStrftimeDoes(String format, String expected) {
        Clock clock = Clock.fixed(Instant.parse("2026-07-04T15:05:09Z"), ZoneOffset.UTC);
        ChatTemplate template =
                ChatTemplate.of("{{ strftime_now(format) }}", "", "").withClock(clock);
        assertThat(template.render(Map.of("format", format)).strip()).isEqualTo(expected);
    }

    @Test
    void readsATemplateFromTheTokenizersConfiguration() throws IOException {
        write("tokenizer_config.json", """
                {"chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token }}",
                 "bos_token": {"content": "<b>", "lstrip": false}, "eos_token": "<e>", "pad_token": null}""");
        assertThat(read().render(HELLO, true, Map.of())).isEqualTo("<b>Hello<e>");
        assertThat(read().names()).containsExactly("default");
    }

    @Test
    void prefersTheTemplatesOwnFile() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"config\"}");
        write("chat_template.json", "{\"chat_template\": \"json\"}");
        assertThat(read().render(HELLO, true, Map.of())).isEqualTo("json");
        write("special_tokens_map.json", "{\"bos_token\": \"<b>\"}");
        write("chat_template.jinja", "{{ bos_token }}jinja\n");
        write("additional_chat_templates/rag.jinja", "rag");
        assertThat(read().render(HELLO, true, Map.of())).isEqualTo("<b>jinja");
        assertThat(read().named("rag").render(HELLO, true, Map.of())).isEqualTo("rag");
    }

    @Test
    void choosesAmongNamedTemplatesAsTransformersDoes() throws IOException {
        write("tokenizer_config.json", """
                {"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]}""");
        ChatTemplate template = read();
        assertThat(template.names()).containsExactly("default", "tool_use");
        assertThat(template.render(HELLO, true, Map.of())).isEqualTo("plain");
        assertThat(template.render(HELLO, true, Map.of("tools", List.of()))).isEqualTo("tools");
        assertThat(template.named("tool_use").render(HELLO, true, Map.of())).isEqualTo("tools");
        assertThatThrownBy(() -> template.named("rag"))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("no chat template named 'rag'")
                .hasMessageContaining("tool_use");
    }

    @Test
    void hasNoTemplateWhereTheModelHasNone() throws IOException {
        assertThat(ChatTemplate.read(directory)).isEmpty();
        write("tokenizer_config.json", "{\"chat_template\": null}");
        assertThat(ChatTemplate.read(directory)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            [1] ; expected a JSON object
            {"chat_template": ; tokenizer_config.json, line 1, column 18: not JSON
            {"chat_template": 5} ; tokenizer_config.json: chat_template is neither a text nor a list
            {"chat_template": [{"name": "default"}]} ; tokenizer_config.json: chat_template[0].template is missing, expected a text
            {"chat_template": [{"name": "a", "template": "x"}, {"name": "a", "template": "x"}]} ; has the name 'a' twice
            {"chat_template": "x", "bos_token": 7} ; tokenizer_config.json: bos_token is 7, expected a text
            {"chat_template": "x", "eos_token": {"lstrip": true}} ; eos_token.content is missing, expected a text
            {"chat_template": "{% if %}"} ; line 1, column 7
            """)
    void namesTheFileAndKeyThatAreMalformed(String config, String message) throws IOException {
        write("tokenizer_config.json", config);
        assertThatThrownBy(() -> ChatTemplate.read(directory))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesATemplateThatIsNotUtf8() throws IOException {
        Files.write(directory.resolve("chat_template.jinja"), "é".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ChatTemplate.read(directory))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("chat_template.jinja: it is not UTF-8");
    }
}
