package orrery.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When events arrive, and what happens to malformed calls. */
final class BrokenCallsTest {
    private ChatParser parser(SmallFamilies family) {
        return family.format().parser(family.tokenizer(), SmallFamilies.TOOLS, false);
    }

    private ChatAnswer answer(SmallFamilies family, String text) {
        var tokenizer = family.tokenizer();
        var parser = family.format().parser(tokenizer, SmallFamilies.TOOLS, false);
        return ChatAnswer.of(Script.events(parser, Script.bytes(text, tokenizer)));
    }

    private static ChatEvent begun(int index, List<ChatEvent> events) {
        return events.stream()
                .filter(event -> event instanceof ChatEvent.CallBegun begun && begun.index() == index)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void givesTextOutAsSoonAsItCannotBeADelimiter() {
        var parser = parser(SmallFamilies.QWEN_3);

        assertThat(parser.accept("Is a <")).containsExactly(new ChatEvent.Text("Is a"));
        assertThat(parser.accept("tool")).isEmpty();
        assertThat(parser.accept("s> one?")).containsExactly(new ChatEvent.Text(" <tools> one?"));
        assertThat(parser.accept(" <thi")).isEmpty();
        assertThat(parser.finish()).containsExactly(new ChatEvent.Text(" <thi"));
    }

    @Test
    void givesArgumentsOutAsTheyAreWritten() {
        var parser = parser(SmallFamilies.QWEN_3);

        assertThat(parser.accept("<tool_call>\n{\"name\": \"add\"")).isEmpty();
        assertThat(parser.accept(", \"arguments\": ")).isEmpty();
        var opened = parser.accept("{\"a\"");
        assertThat(opened).containsExactly(begun(0, opened), new ChatEvent.Arguments(0, "{\"a\""));
        assertThat(parser.accept(": 1")).containsExactly(new ChatEvent.Arguments(0, ": 1"));
        assertThat(parser.accept("}")).containsExactly(new ChatEvent.Arguments(0, "}"));
        assertThat(parser.accept("}")).containsExactly(new ChatEvent.CallEnded(0, true));
        assertThat(parser.accept("\n</tool_call>")).isEmpty();
        assertThat(parser.finish()).isEmpty();
    }

    @Test
    void saysWhetherItIsWithinAThought() {
        var parser = parser(SmallFamilies.QWEN_3);

        assertThat(parser.thinking()).isFalse();
        parser.accept("<think>a");
        assertThat(parser.thinking()).isTrue();
        parser.accept("</think>");
        assertThat(parser.thinking()).isFalse();
    }

    @Test
    void releasesJsonThatIsNoCallWithTheFirstWordThatNoCallHas() {
        var parser = parser(SmallFamilies.LLAMA_3);

        assertThat(parser.accept("{\"titl")).isEmpty();
        assertThat(parser.accept("e\"")).containsExactly(new ChatEvent.Text("{\"title\""));
        assertThat(parser.accept(": 1}")).containsExactly(new ChatEvent.Text(": 1}"));
    }

    @Test
    void makesTextOfCallsThatAreMalformedBeforeTheyBegin() {
        assertThat(answer(SmallFamilies.QWEN_3, "<tool_call>\nadd(1)\n</tool_call>"))
                .isEqualTo(new ChatAnswer("", "add(1)", List.of()));
        assertThat(answer(SmallFamilies.QWEN_3, "<tool_call>{\"name\": 1, \"arguments\": {}}</tool_call> so"))
                .isEqualTo(new ChatAnswer("", "{\"name\": 1, \"arguments\": {}}\nso", List.of()));
        assertThat(answer(SmallFamilies.QWEN_3, "<tool_call>{\"name\": \"add\", \"argum"))
                .isEqualTo(new ChatAnswer("", "{\"name\": \"add\", \"argum", List.of()));
        assertThat(answer(SmallFamilies.MISTRAL_11, "[TOOL_CALLS]add[ARGS]none</s>"))
                .isEqualTo(new ChatAnswer("", "addnone", List.of()));
        assertThat(answer(SmallFamilies.MISTRAL_7, "[TOOL_CALLS][\"add\"]</s>"))
                .isEqualTo(new ChatAnswer("", "[\"add\"]", List.of()));
        assertThat(answer(SmallFamilies.DEEPSEEK_3, "<｜tool▁calls▁begin｜>no call<｜tool▁calls▁end｜>"))
                .isEqualTo(new ChatAnswer("", "no call", List.of()));
        assertThat(answer(SmallFamilies.LLAMA_4, "[add(1)]")).satisfies(answer -> {
            assertThat(answer.calls()).hasSize(1);
            assertThat(answer.calls().getFirst().complete()).isFalse();
            assertThat(answer.text()).isEqualTo("1)]");
        });
    }

    @Test
    void endsACallThatBreaksOffAndGivesOutWhatFollowsAsText() {
        var broken =
                answer(SmallFamilies.QWEN_3, "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1,}}</tool_call>.");

        assertThat(broken.calls()).hasSize(1);
        assertThat(broken.calls().getFirst().arguments()).isEqualTo("{\"a\": 1,");
        assertThat(broken.calls().getFirst().complete()).isFalse();
        assertThat(broken.text()).isEqualTo("}}\n.");

        var cut = answer(SmallFamilies.QWEN_3, "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": \"x\\u00");

        assertThat(cut.calls().getFirst().arguments()).isEqualTo("{\"a\": \"x\\u00");
        assertThat(cut.calls().getFirst().complete()).isFalse();
        assertThat(cut.text()).isEmpty();
    }

    @Test
    void takesCallsThatOnlyTheirEndIsMissingOf() {
        var answer =
                answer(SmallFamilies.QWEN_3, "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1}</tool_call>");

        assertThat(answer.calls()).hasSize(1).allMatch(ChatCall::complete);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void readsWhatModelsWriteThatIsNearlyRight() {
        assertThat(answer(
                                SmallFamilies.QWEN_3,
                                "<tool_call>[{\"name\": \"add\", \"parameters\": {}}, {\"name\": \"add\"}]"
                                        + "</tool_call>")
                        .calls())
                .extracting(ChatCall::arguments)
                .containsExactly("{}", "{}");
        assertThat(answer(
                                SmallFamilies.QWEN_3,
                                "<tool_call>{\"name\": \"add\", \"arguments\": \"{\\\"a\\\": 1}\"}\n"
                                        + "{\"name\": \"add\", \"arguments\": {\"b\": \"two\nlines\"}}</tool_call>")
                        .calls())
                .extracting(ChatCall::arguments)
                .containsExactly("{\"a\": 1}", "{\"b\": \"two\\nlines\"}");
        assertThat(answer(SmallFamilies.MISTRAL_11, "[TOOL_CALLS]add{\"a\": 1}</s>")
                        .calls())
                .extracting(ChatCall::arguments)
                .containsExactly("{\"a\": 1}");
        assertThat(answer(
                                SmallFamilies.DEEPSEEK_3,
                                "<｜tool▁call▁begin｜>function<｜tool▁sep｜>add\n{\"a\": 1}<｜tool▁call▁end｜>")
                        .calls())
                .extracting(ChatCall::arguments)
                .containsExactly("{\"a\": 1}");
    }

    @Test
    void takesAnIdThatTheModelWroteIfTemplatesTakeIt() {
        var ours = answer(SmallFamilies.MISTRAL_11, "[TOOL_CALLS]add[CALL_ID]short[ARGS]{}</s>");
        var theirs = answer(SmallFamilies.MISTRAL_11, "[TOOL_CALLS]add[CALL_ID]abcdef123[ARGS]{}</s>");

        assertThat(ours.calls().getFirst().id()).matches("[A-Za-z0-9]{9}").isNotEqualTo("short");
        assertThat(theirs.calls().getFirst().id()).isEqualTo("abcdef123");
    }

    @Test
    void readsDelimitersThatAreSpecialTokensByTheirIdAlone() {
        var family = SmallFamilies.MISTRAL_11;
        var tokenizer = family.tokenizer();
        var parser = family.format().parser(tokenizer, SmallFamilies.TOOLS, false);
        var events = new ArrayList<>(parser.accept(65, "They write [TOOL_CALLS]add[ARGS]{} for it."));
        events.addAll(parser.finish());

        assertThat(ChatAnswer.of(events))
                .isEqualTo(new ChatAnswer("", "They write [TOOL_CALLS]add[ARGS]{} for it.", List.of()));
    }

    @Test
    void typesArgumentsByTheToolsSchemaWhereTheFormHasNoTypes() {
        var own = """
                {"start_anchor": "<|im_start|>assistant\\n", "fields": {"content": {}, "tool_calls": {
                "open_pattern": "<tool_call>\\\\s*<function=(?P<tool>[^>]+)>", "close_pattern": "</function>\\\\s*</tool_call>",
                "content": "xml-inline", "repeats": true,
                "content_args": {"tag_pattern": "<parameter=(?P<key>\\\\w+)>\\\\s*(?P<value>.*?)\\\\s*</parameter>"},
                "transform": {"type": "function", "function": {"name": "{tool}", "arguments": "{content}"}}}}}""";
        var family = SmallFamilies.QWEN_3;
        var tokenizer = family.tokenizer();
        var format = ChatFormat.of(Optional.of(family.template), Optional.of(own), new Random(1));
        var said =
                "Now. <tool_call>\n<function=add>\n<parameter=a>\n7\n</parameter>\n<parameter=b>x</parameter>\n</function>\n"
                        + "</tool_call>";
        for (int i = 0; i < 200; i++) {
            var cut = Script.cut(said, family, tokenizer, new Random(i));
            var answer = ChatAnswer.of(Script.events(format.parser(tokenizer, SmallFamilies.TOOLS, false), cut));

            assertThat(answer.text()).isEqualTo("Now.");
            assertThat(answer.calls())
                    .extracting(ChatCall::name, ChatCall::arguments)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("add", "{\"a\": 7, \"b\": \"x\"}"));
        }
        var half = Script.bytes(said.substring(0, said.indexOf("<parameter=b>")), tokenizer);
        assertThat(ChatAnswer.of(Script.events(format.parser(tokenizer, Map.of(), false), half))
                        .calls())
                .isEmpty();
    }

    @Test
    void keepsDelimitersThatAreTextWithinAnArgument() {
        var answer = answer(
                SmallFamilies.QWEN_3,
                "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": \"<think> and <tool_call>\"}}</tool_call>");

        assertThat(answer.text()).isEmpty();
        assertThat(answer.calls())
                .extracting(ChatCall::arguments)
                .containsExactly("{\"a\": \"<think> and <tool_call>\"}");
    }

    @Test
    void takesACallThatBeginsBeforeTheEndOfTheOneBeforeIt() {
        var answer = answer(
                SmallFamilies.QWEN_3,
                "<tool_call>{\"name\": \"add\", \"arguments\": {}}\n<tool_call>{\"name\": \"add\", \"arguments\": {}}");

        assertThat(answer.calls()).hasSize(2).allMatch(ChatCall::complete);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void comesToAnEndWithExpressionsThatMatchNothing() {
        var own = """
                {"start_anchor": "x", "fields": {"content": {}, "thinking": {"open_pattern": "q*", "close_pattern": "z*"}}}""";
        var format = ChatFormat.of(Optional.empty(), Optional.of(own));
        var parser = format.parser(SmallFamilies.GEMMA.tokenizer(), Map.of(), false);
        var events = new ArrayList<>(parser.accept("abc"));
        events.addAll(parser.accept("def"));
        events.addAll(parser.finish());

        var answer = ChatAnswer.of(events);
        assertThat(answer.text().length() + answer.thought().replace("\n", "").length())
                .isLessThanOrEqualTo(8);
    }

    /** Delimiters, broken calls and text in any order. */
    @ParameterizedTest
    @EnumSource(SmallFamilies.class)
    void raisesNothingForDelimitersAndHalvesOfCallsInAnyOrder(SmallFamilies family) {
        var parts = new ArrayList<>(family.special);
        parts.addAll(family.marks);
        parts.addAll(
                List.of("<tool_call>", "</tool_call>", "[", "]", "(", ")", "{", "}", "\"", "'", "\\", ",", ":", "="));
        parts.addAll(List.of(
                "add", "get_weather", "\"name\": \"add\"", "\"arguments\": {", "\"parameters\": {", "```json\n"));
        parts.addAll(List.of(
                "{\"name\": \"add\", \"arguments\": {\"a\": 1}}", "[add(a=1)", "add(a='x'", "\\u12", " ", "\n"));
        parts.addAll(
                List.of("1.5", "-", "null", "True", "日本", "\uFDD1", "function", "```", "<", "{}", "\"a\": [", "e"));
        var tokenizer = family.tokenizer();
        var format = family.format();
        var random = new Random(11);
        for (int i = 0; i < 4000; i++) {
            var text = new StringBuilder();
            for (int part = random.nextInt(14); part >= 0; part--) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            int seed = random.nextInt();
            var pieces = Script.cut(text.toString(), family, tokenizer, new Random(seed));
            var thoughtIsOpen = random.nextBoolean();
            var events = Script.events(format.parser(tokenizer, SmallFamilies.TOOLS, thoughtIsOpen), pieces);
            ChatParserTest.assertSound(events);
            var other = Script.cut(text.toString(), family, tokenizer, new Random(seed + 1L));
            var again = Script.events(format.parser(tokenizer, SmallFamilies.TOOLS, thoughtIsOpen), other);
            var one = ChatAnswer.of(events);
            var two = ChatAnswer.of(again);
            assertThat(two.text()).as("%s in other pieces", text).isEqualTo(one.text());
            assertThat(two.thought()).isEqualTo(one.thought());
            assertThat(two.calls())
                    .extracting(ChatCall::arguments)
                    .isEqualTo(one.calls().stream().map(ChatCall::arguments).toList());
            var shown = one.thought() + "\n" + one.text();
            assertThat(ChatFamilies.of(String.join("", family.template.sources()))
                            .hidden())
                    .filteredOn(hidden -> !family.special.contains(hidden))
                    .as("%s shown of %s", shown, text)
                    .noneMatch(shown::contains);
        }
    }
}
