package orrery.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.token.ChatMessage;
import orrery.token.ChatTemplate;
import tools.jackson.databind.json.JsonMapper;

/** How a format is detected, and how a conversation is rendered by a template. */
final class ChatFormatTest {
    private static final String FOLDER = "ORRERY_TEMPLATES";
    private static final List<Map<String, Object>> TOOLS = List.of(Map.of(
            "type",
            "function",
            "function",
            Map.of(
                    "name",
                    "get_weather",
                    "description",
                    "Tells the weather",
                    "parameters",
                    Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string"))))));

    /**
     * The families of released templates, by parts of their files' names; all other models are told of tools in a text.
     */
    private static final Map<String, String> FAMILIES = Map.ofEntries(
            Map.entry("Qwen-Qwen", "qwen-3"),
            Map.entry("NousResearch", "qwen-3"),
            Map.entry("meta-llama", "llama-3"),
            Map.entry("DeepSeek-R1", "deepseek-3"),
            Map.entry("deepseek-r1", "deepseek-3"),
            Map.entry("DeepSeek-V3.1", "deepseek-3.1"),
            Map.entry("Mistral-Small-3.2", "mistral-11"),
            Map.entry("Mistral-Nemo", "mistral-7"),
            Map.entry("M__v3", "mistral-7"),
            Map.entry("M__v7", "mistral-7"),
            Map.entry("M__v11", "mistral-11"),
            Map.entry("M__v13", "mistral-11"));

    @TempDir
    Path folder;

    private static List<ChatMessage> conversation() {
        var call = Map.of(
                "id",
                "call_of_another_api",
                "type",
                "function",
                "function",
                Map.of("name", "get_weather", "arguments", "{\"city\": \"Zürich\"}"));
        return List.of(
                new ChatMessage("system", "Be brief."),
                new ChatMessage("user", "How is Zürich?"),
                new ChatMessage(
                        "assistant", "", Map.of("tool_calls", List.of(call), "reasoning", "They mean the weather.")),
                new ChatMessage("tool", "21 degrees", Map.of("tool_call_id", "call_of_another_api")));
    }

    private static String rendered(ChatFormat format, ChatTemplate template, List<ChatMessage> messages) {
        var prompt = format.prompt(messages, TOOLS, Map.of());
        return template.render(prompt.messages(), true, prompt.variables());
    }

    @ParameterizedTest
    @EnumSource(SmallFamilies.class)
    void findsTheFamilyAndWritesAConversationAsItsTemplateTakesIt(SmallFamilies family) {
        var format = family.format();
        var prompt = rendered(format, family.template, conversation());

        assertThat(format.family()).isEqualTo(family.family);
        assertThat(prompt)
                .containsSubsequence("Be brief.", "How is Zürich?", "get_weather", "Zürich", "21 degrees")
                .contains("Tells the weather")
                .containsPattern("\"city\": ?\"Zürich\"");
        assertThat(prompt.split("Tells the weather", -1)).hasSize(2);
    }

    @TestFactory
    List<DynamicTest> findsTheFamiliesOfReleasedTemplatesAndWritesConversationsForThem() throws Exception {
        String templates = System.getenv(FOLDER);
        if (templates == null) {
            return List.of(DynamicTest.dynamicTest(
                    "released templates", () -> Assumptions.abort(FOLDER + " names no folder of released templates")));
        }
        var tests = new ArrayList<DynamicTest>();
        try (Stream<Path> files = Files.list(Path.of(templates))) {
            for (var file : files.filter(path -> path.getFileName().toString().contains("__"))
                    .sorted()
                    .toList()) {
                var source = JsonMapper.shared().readTree(Files.readString(file));
                tests.add(DynamicTest.dynamicTest(
                        String.valueOf(file.getFileName()),
                        () -> check(
                                String.valueOf(file.getFileName()),
                                source.get("template").stringValue())));
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests;
    }

    private static void check(String file, String source) {
        var template = ChatTemplate.of(source, "<s>", "</s>");
        var format = ChatFormat.of(Optional.of(template), Optional.empty());
        var expected = FAMILIES.entrySet().stream()
                .filter(each -> file.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();

        assertThat(format.family()).isEqualTo(expected.orElse("prompted"));
        var messages = new ArrayList<>(conversation());
        messages.add(new ChatMessage("assistant", "Warm."));
        messages.add(new ChatMessage("user", "And now?"));
        // One template needs variables that only its authors' server has, another is of no use without tools.
        if (!file.contains("firefunction") && !file.contains("command-r-plus")) {
            assertThat(rendered(format, template, messages))
                    .contains("Be brief.", "How is Zürich?", "21 degrees", "Tells the weather", "Warm.", "And now?")
                    .containsPattern("\"city\": ?\"Zürich\"");
        }
    }

    @Test
    void makesIdsThatMistralsTemplatesTakeAndKeepsThoseThatTheyTake() {
        var mistral = SmallFamilies.MISTRAL_7.format();
        var qwen = SmallFamilies.QWEN_3.format();

        assertThat(mistral.newId()).matches("[A-Za-z0-9]{9}").isNotEqualTo(mistral.newId());
        assertThat(mistral.idFor("abcDEF123")).isEqualTo("abcDEF123");
        assertThat(mistral.idFor("call_1")).matches("[A-Za-z0-9]{9}").isEqualTo(mistral.idFor("call_1"));
        assertThat(mistral.idFor("call_2")).isNotEqualTo(mistral.idFor("call_1"));
        assertThat(qwen.newId()).matches("call_[A-Za-z0-9]{24}");
        assertThat(qwen.idFor("toolu_01")).isEqualTo("toolu_01");
    }

    @Test
    void knowsWhetherThePromptOpensAThought() {
        var deepseek = SmallFamilies.DEEPSEEK_3;
        var qwen = SmallFamilies.QWEN_3;
        var asked = List.of(new ChatMessage("user", "x"));

        assertThat(deepseek.format().opensThought(deepseek.template.render(asked, true, Map.of())))
                .isTrue();
        assertThat(qwen.format().opensThought(qwen.template.render(asked, true, Map.of())))
                .isFalse();
        assertThat(qwen.format().opensThought(qwen.template.render(asked, true, Map.of("enable_thinking", false))))
                .isFalse();
        assertThat(SmallFamilies.DEEPSEEK_3_1.format().opensThought("<｜User｜>x<｜Assistant｜><think>"))
                .isTrue();
        assertThat(SmallFamilies.DEEPSEEK_3_1.format().opensThought("<｜User｜><think><｜Assistant｜></think>"))
                .isFalse();
        assertThat(SmallFamilies.GEMMA.format().opensThought("<start_of_turn>model\n"))
                .isFalse();
    }

    @Test
    void saysWhatForcingACallAndEndingAThoughtTake() {
        assertThat(SmallFamilies.QWEN_3.format().callOpening("add"))
                .isEqualTo("<tool_call>\n{\"name\": \"add\", \"arguments\": ");
        assertThat(SmallFamilies.MISTRAL_11.format().callOpening("add")).isEqualTo("[TOOL_CALLS]add[ARGS]");
        assertThat(SmallFamilies.QWEN_3.format().thoughtEnd()).contains("</think>");
        assertThat(SmallFamilies.MISTRAL_11.format().thoughtEnd()).contains("[/THINK]");
        assertThat(SmallFamilies.LLAMA_3.format().thoughtEnd()).isEmpty();
        assertThat(SmallFamilies.LLAMA_3.format().severalCalls()).isFalse();
        assertThat(SmallFamilies.QWEN_3.format().promptsTools()).isFalse();
        assertThat(SmallFamilies.GEMMA.format().promptsTools()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(SmallFamilies.class)
    void writesCallsBackThatStandBesideATextOrEachOther(SmallFamilies family) {
        var format = family.format();
        var calls = new ArrayList<Map<String, Object>>();
        for (var city : List.of("Bern", "Basel")) {
            calls.add(Map.of("id", city, "function", Map.of("name", "get_weather", "arguments", Map.of("city", city))));
        }
        var messages = new ArrayList<>(List.of(
                new ChatMessage("user", "And there?"),
                new ChatMessage("assistant", "I look.", Map.of("tool_calls", calls)),
                new ChatMessage("tool", "5 degrees", Map.of("tool_call_id", "Bern")),
                new ChatMessage("tool", "7 degrees", Map.of("tool_call_id", "Basel"))));

        assertThat(rendered(format, family.template, messages))
                .containsSubsequence("And there?", "\"Bern\"", "\"Basel\"", "5 degrees", "7 degrees");
    }

    @Test
    void writesThoughtsBackUnderBothNames() {
        var prompt = SmallFamilies.QWEN_3
                .format()
                .prompt(
                        List.of(new ChatMessage("assistant", "Yes.", Map.of("reasoning_content", "Hm."))),
                        List.of(),
                        Map.of());

        assertThat(prompt.messages().getFirst().fields())
                .containsEntry("reasoning_content", "Hm.")
                .containsEntry("reasoning", "Hm.");
    }

    @Test
    void putsToolsCallsAndResultsIntoTextsWhereATemplateHasNoPlaceForThem() {
        var messages = new ArrayList<>(conversation());
        messages.add(new ChatMessage("user", "And now?"));
        var prompt = SmallFamilies.GEMMA.format().prompt(messages, TOOLS, Map.of());

        assertThat(prompt.variables()).doesNotContainKey("tools");
        assertThat(prompt.messages()).extracting(ChatMessage::role).containsExactly("user", "assistant", "user");
        assertThat(prompt.messages().getFirst().content())
                .startsWith("Be brief.\n\n# Tools")
                .contains("<tool_call>\n{\"name\": \"NAME\", \"arguments\": {\"ARGUMENT\": VALUE}}\n</tool_call>")
                .endsWith("\n\nHow is Zürich?");
        assertThat(prompt.messages().get(1).content())
                .isEqualTo(
                        "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Zürich\"}}\n</tool_call>");
        assertThat(prompt.messages().get(2).content())
                .isEqualTo("<tool_response>\n21 degrees\n</tool_response>\n\nAnd now?");
    }

    @Test
    void writesTurnsWhereATemplateTakesNothingElse() {
        var messages = List.of(
                new ChatMessage("system", "Be brief."),
                new ChatMessage("system", "Be kind."),
                new ChatMessage("user", "Where are we?"),
                new ChatMessage("user", "Hello?"),
                new ChatMessage("assistant", "Here."),
                new ChatMessage("system", "It is late."),
                new ChatMessage("user", "And now?"));

        assertThat(SmallFamilies.GEMMA
                        .format()
                        .prompt(messages, List.of(), Map.of())
                        .messages())
                .containsExactly(
                        new ChatMessage("user", "Be brief.\n\nBe kind.\n\nWhere are we?\n\nHello?"),
                        new ChatMessage("assistant", "Here."),
                        new ChatMessage("user", "It is late.\n\nAnd now?"));
        assertThat(SmallFamilies.QWEN_3
                        .format()
                        .prompt(messages, List.of(), Map.of())
                        .messages())
                .isEqualTo(messages);
        // One that leaves all but the last system message out.
        var forgetful = ChatTemplate.of(
                "{%- set ns = namespace(system='') %}{%- for m in messages %}{%- if m.role == 'system' %}"
                        + "{%- set ns.system = m.content %}{%- endif %}{%- endfor %}{{ ns.system }}"
                        + "{%- for m in messages %}{%- if m.role != 'system' %}{{ m.content }}{%- endif %}{%- endfor %}",
                "", "");
        assertThat(ChatFormat.of(Optional.of(forgetful), Optional.empty(), new Random(5))
                        .prompt(messages.subList(0, 3), List.of(), Map.of())
                        .messages())
                .containsExactly(new ChatMessage("system", "Be brief.\n\nBe kind."), messages.get(2));
    }

    @Test
    void leavesAConversationWithoutToolsAsItIs() {
        var messages = List.of(
                new ChatMessage("user", "Hello", Map.of("name", "Ada")), new ChatMessage("assistant", "Hello."));

        assertThat(SmallFamilies.GEMMA.format().prompt(messages, List.of(), Map.of("x", 1)))
                .isEqualTo(new ChatPrompt(messages, Map.of("x", 1)));
    }

    @Test
    void readsTheResponseTemplateOfACheckpoint() throws Exception {
        var own =
                "{\"start_anchor\": \"A:\", \"fields\": {\"content\": {}, \"reasoning\": {\"open\": \"<<\", \"close\": \">>\"}}}";
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"response_template\": " + own + "}");
        var format = ChatFormat.read(folder, Optional.of(SmallFamilies.GEMMA.template));
        var parser = format.parser(SmallFamilies.GEMMA.tokenizer(), Map.of(), false);
        var events = new ArrayList<>(parser.accept("<<why>> so"));
        events.addAll(parser.finish());

        assertThat(format.isOwn()).isTrue();
        assertThat(format.opensThought("A: << well")).isTrue();
        assertThat(ChatAnswer.of(events)).isEqualTo(new ChatAnswer("why", "so", List.of()));

        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"response_template\": {}}");
        assertThatThrownBy(() -> ChatFormat.read(folder, Optional.empty()))
                .isInstanceOf(ChatFormatException.class)
                .hasMessageContaining("tokenizer_config.json")
                .hasMessageContaining("fields must be an object");

        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
        assertThat(ChatFormat.read(folder, Optional.empty()).isOwn()).isFalse();
    }
}
