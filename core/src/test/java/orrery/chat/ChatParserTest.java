package orrery.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import orrery.token.Tokenizer;
import tools.jackson.databind.json.JsonMapper;

/** Scripts of every family, split at arbitrary places. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChatParserTest {
    private static final int CUTS = Integer.getInteger("orrery.cuts", 10_000);

    private final Map<SmallFamilies, Tokenizer> tokenizers = new EnumMap<>(SmallFamilies.class);

    @BeforeAll
    void makeTokenizers() {
        for (var family : SmallFamilies.values()) {
            tokenizers.put(family, family.tokenizer());
        }
    }

    private Tokenizer tokenizer(Script script) {
        return java.util.Objects.requireNonNull(tokenizers.get(script.of()));
    }

    private ChatParser parser(Script script) {
        return script.of().format().parser(tokenizer(script), SmallFamilies.TOOLS, script.thoughtIsOpen());
    }

    private static void assertIs(Script script, List<ChatEvent> events) {
        var answer = ChatAnswer.of(events);
        assertThat(answer.calls())
                .extracting(call -> call.name() + " " + call.arguments())
                .as("the calls of %s", script)
                .isEqualTo(script.calls());
        assertThat(answer.thought()).isEqualTo(script.thought());
        assertThat(answer.text()).isEqualTo(script.said());
        assertThat(answer.calls()).allMatch(ChatCall::complete);
    }

    @ParameterizedTest
    @FieldSource("orrery.chat.Script#ALL")
    void tellsThoughtsTextAndCallsByteByByteAndInAnyPieces(Script script) {
        assertIs(script, Script.events(parser(script), Script.bytes(script.text(), tokenizer(script))));
        var random = new Random(3);
        for (int i = 0; i < 300; i++) {
            var said = Script.cut(script.text(), script.of(), tokenizer(script), random);
            assertIs(script, Script.events(parser(script), said));
        }
    }

    @ParameterizedTest
    @FieldSource("orrery.chat.Script#ALL")
    void raisesNothingAndShowsNoDelimiterHoweverAnAnswerIsCutAndCutShort(Script script) {
        var format = script.of().format();
        var hidden = new ArrayList<>(script.of().marks);
        hidden.addAll(script.of().special);
        if (script.of() == SmallFamilies.GEMMA) {
            hidden.addAll(List.of("<tool_call>", "</tool_call>"));
        }
        var random = new Random(7);
        for (int i = 0; i < CUTS; i++) {
            var text = script.text().substring(0, random.nextInt(script.text().length() + 1));
            var said = Script.cut(text, script.of(), tokenizer(script), random);
            var parser = format.parser(tokenizer(script), SmallFamilies.TOOLS, script.thoughtIsOpen());
            var events = Script.events(parser, said);
            assertSound(events);
            var answer = ChatAnswer.of(events);
            var shown = answer.thought() + "\n" + answer.text();
            assertThat(hidden).as("%s in %s", shown, text).noneMatch(shown::contains);
            assertThat(script.thought()).startsWith(withoutHalfADelimiter(answer.thought(), hidden));
            for (int call = 0; call < answer.calls().size(); call++) {
                var one = answer.calls().get(call);
                assertThat(script.calls().get(call)).startsWith(one.name() + " " + one.arguments());
            }
        }
    }

    /** At the end of a truncated answer, an incomplete delimiter is text. */
    private static String withoutHalfADelimiter(String text, List<String> delimiters) {
        for (int end = text.length(); end > 0; end--) {
            var rest = text.substring(end - 1);
            if (delimiters.stream().anyMatch(delimiter -> delimiter.startsWith(rest))) {
                return text.substring(0, end - 1).stripTrailing();
            }
        }
        return text;
    }

    /** Calls begin and end in order, and their arguments are JSON or a prefix of it. */
    static void assertSound(List<ChatEvent> events) {
        int begun = 0;
        int ended = 0;
        var ids = new HashSet<String>();
        var arguments = new StringBuilder();
        for (var event : events) {
            switch (event) {
                case ChatEvent.Thought(String text) -> assertThat(text).isNotEmpty();
                case ChatEvent.Text(String text) -> assertThat(text).isNotEmpty();
                case ChatEvent.CallBegun(int index, String id, String name) -> {
                    assertThat(index).isEqualTo(begun++).isEqualTo(ended);
                    assertThat(ids.add(id)).isTrue();
                    assertThat(name).isNotBlank();
                    arguments.setLength(0);
                }
                case ChatEvent.Arguments(int index, String piece) -> {
                    assertThat(index).isEqualTo(begun - 1).isEqualTo(ended);
                    assertThat(piece).isNotEmpty();
                    arguments.append(piece);
                }
                case ChatEvent.CallEnded(int index, boolean complete) -> {
                    assertThat(index).isEqualTo(ended++).isEqualTo(begun - 1);
                    if (complete) {
                        assertThat(JsonMapper.shared()
                                        .readTree(arguments.toString())
                                        .isObject())
                                .isTrue();
                    } else {
                        var scanner = new JsonScanner(new StringBuilder());
                        assertThat(arguments.chars().allMatch(sign -> scanner.accept((char) sign)))
                                .isTrue();
                    }
                }
            }
        }
        assertThat(ended).isEqualTo(begun);
    }
}
