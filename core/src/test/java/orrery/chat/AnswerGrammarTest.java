package orrery.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.constrain.CompileLimits;
import orrery.constrain.CompiledGrammar;
import orrery.constrain.ControlToken;
import orrery.constrain.Grammar;
import orrery.constrain.GrammarMatcher;
import orrery.constrain.Regex;
import orrery.constrain.Rule;
import orrery.constrain.TokenTrie;
import orrery.token.Tokenizer;

/**
 * Whatever tokens a grammar of answers lets through, the parser finds the reasoning, the text and the calls in them.
 */
class AnswerGrammarTest {
    private static final String PROMPT = "<start_of_turn>model\n";

    /** A string of JSON in which every delimiter may stand. */
    private static final Rule STRING = new Rule.Lexeme(Regex.sequence(
            Regex.text("\""),
            new Regex.Repeat(
                    Regex.union(
                            Regex.codePoints(' ', '!'),
                            Regex.codePoints('#', '['),
                            Regex.codePoints(']', Character.MAX_CODE_POINT),
                            Regex.text("\\\""),
                            Regex.text("\\\\"),
                            Regex.text("\\n")),
                    0,
                    30),
            Regex.text("\"")));

    private static final Grammar CITY = Grammar.of(Rule.sequence(Rule.text("{\"city\": "), STRING, Rule.text("}")));
    private static final Grammar SUM = Grammar.of(Rule.sequence(
            Rule.text("{\"a\": "),
            new Rule.Lexeme(new Regex.Repeat(Regex.codePoints('1', '9'), 1, 3)),
            Rule.choice(Rule.text("}"), Rule.text(", \"b\": [{}]}"))));
    private static final Grammar BODY =
            Grammar.of(Rule.sequence(Rule.text("{\"name\": "), STRING, Rule.text(", \"x\": "), STRING, Rule.text("}")));
    private static final List<AnswerShape.Tool> TOOLS =
            List.of(new AnswerShape.Tool("get_weather", CITY), new AnswerShape.Tool("add", SUM));

    /** Tokens at random among the allowed, with a preference for those that spell delimiters. */
    private static final class Walk {
        private final SmallFamilies family;
        private final Tokenizer tokenizer;
        private final TokenTrie trie;
        private final Map<Grammar, CompiledGrammar> compiled = new HashMap<>();

        Walk(SmallFamilies family) {
            this.family = family;
            tokenizer = family.tokenizer();
            trie = TokenTrie.of(
                    tokenizer.vocabularySize(),
                    id -> tokenizer.isSpecial(id) ? ControlToken.bytes(id) : ControlToken.text(tokenizer.bytesOf(id)));
        }

        Grammar grammar(AnswerShape shape, String prompt) {
            return family.format().grammar(tokenizer, shape, prompt);
        }

        GrammarMatcher matcher(AnswerShape shape, String prompt) {
            return compiled.computeIfAbsent(
                            grammar(shape, prompt),
                            grammar -> CompiledGrammar.compile(grammar, trie, CompileLimits.DEFAULT))
                    .matcher();
        }

        /** An answer of at most so many tokens, and whether it has ended. */
        List<Integer> ids(GrammarMatcher matcher, Random random, int most) {
            var said = new ArrayList<Integer>();
            while (said.size() < most && !matcher.mustEnd() && !(matcher.mayEnd() && random.nextInt(4) == 0)) {
                var mask = matcher.mask();
                var allowed = IntStream.range(0, trie.size())
                        .filter(id -> (mask[id / 64] >>> id % 64 & 1) != 0)
                        .toArray();
                var delimiters = IntStream.of(allowed)
                        .filter(id -> family.marks.contains(tokenizer.tokenOf(id))
                                || family.special.contains(tokenizer.tokenOf(id)))
                        .toArray();
                var among = delimiters.length > 0 && random.nextInt(3) == 0 ? delimiters : allowed;
                int id = among[random.nextInt(among.length)];
                assertThat(matcher.allows(id)).isTrue();
                matcher.accept(id);
                said.add(id);
            }
            return said;
        }

        /** What a parser makes of it; every piece of a call's arguments continues the beginning of a JSON object. */
        ChatAnswer read(List<Integer> ids, boolean open, AnswerShape shape) {
            var parser = family.format().parser(tokenizer, SmallFamilies.TOOLS, open, Optional.of(shape));
            var text = tokenizer.textStream();
            var events = new ArrayList<ChatEvent>();
            for (int id : ids) {
                events.addAll(parser.accept(id, text.append(id)));
            }
            events.addAll(parser.accept(text.finish()));
            events.addAll(parser.finish());
            return ChatAnswer.of(events);
        }

        List<Integer> encoded(String text) {
            return IntStream.of(tokenizer.encodePrompt(text)).boxed().toList();
        }
    }

    private static void requireSound(ChatCall call) {
        assertThat(call.complete()).as(call.arguments()).isTrue();
        var arguments = PlainJson.read(call.arguments());
        if (call.name().equals("add")) {
            assertThat(call.arguments()).matches("\\{\"a\": [1-9]{1,3}(, \"b\": \\[\\{\\}\\])?\\}");
        } else {
            assertThat(call.name()).isEqualTo("get_weather");
            assertThat(arguments).isInstanceOfSatisfying(Map.class, map -> {
                assertThat(map).hasSize(1);
                assertThat(map.get("city")).isInstanceOf(String.class);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(SmallFamilies.class)
    void requiredCallsAreReadWhateverTheModelWrites(SmallFamilies family) {
        var walk = new Walk(family);
        var shape = new AnswerShape.Calls(TOOLS, true, Optional.empty());
        int ended = 0;
        int several = 0;
        for (int seed = 0; seed < 60; seed++) {
            // A prompt that has closed the reasoning.
            var matcher = walk.matcher(shape, PROMPT + "<think></think>[THINK][/THINK]");
            var said = walk.ids(matcher, new Random(seed), 600);
            var read = walk.read(said, false, shape);
            if (matcher.mayEnd()) {
                ended++;
                assertThat(read.text()).isEmpty();
                assertThat(read.thought()).isEmpty();
                assertThat(read.calls()).isNotEmpty().allSatisfy(AnswerGrammarTest::requireSound);
                several += read.calls().size() > 1 ? 1 : 0;
            }
        }
        assertThat(ended).isGreaterThan(30);
        assertThat(several > 0).isEqualTo(family != SmallFamilies.LLAMA_3 && family != SmallFamilies.LLAMA_4);
    }

    @ParameterizedTest
    @EnumSource(SmallFamilies.class)
    void oneCallIsOneCall(SmallFamilies family) {
        var walk = new Walk(family);
        var shape = new AnswerShape.Calls(TOOLS.subList(1, 2), false, Optional.empty());
        for (int seed = 0; seed < 20; seed++) {
            var matcher = walk.matcher(shape, PROMPT + "<think></think>[THINK][/THINK]");
            var said = walk.ids(matcher, new Random(seed), 600);
            assertThat(matcher.mustEnd()).isTrue();
            assertThat(walk.read(said, false, shape).calls())
                    .singleElement()
                    .satisfies(AnswerGrammarTest::requireSound)
                    .extracting(ChatCall::name)
                    .isEqualTo("add");
        }
    }

    @ParameterizedTest
    @EnumSource(SmallFamilies.class)
    void aTextIsTheWholeTextWhateverItSpells(SmallFamilies family) {
        var walk = new Walk(family);
        for (var shape : List.of(new AnswerShape.Text(BODY), new AnswerShape.Calls(TOOLS, true, Optional.of(BODY)))) {
            int bodies = 0;
            for (int seed = 0; seed < 40; seed++) {
                var matcher = walk.matcher(shape, PROMPT + "<think></think>[THINK][/THINK]");
                var said = walk.ids(matcher, new Random(seed), 600);
                var read = walk.read(said, false, shape);
                if (!matcher.mayEnd()) {
                    continue;
                }
                if (!read.calls().isEmpty()) {
                    read.calls().forEach(AnswerGrammarTest::requireSound);
                    assertThat(read.text()).isEmpty();
                    continue;
                }
                bodies++;
                var text = walk.tokenizer.decode(said.stream().mapToInt(i -> i).toArray());
                assertThat(read.text()).isEqualTo(text.strip());
                assertThat(PlainJson.read(read.text())).isInstanceOf(Map.class);
            }
            assertThat(bodies).isGreaterThan(5);
        }
    }

    @ParameterizedTest
    @EnumSource(SmallFamilies.class)
    void callsWithinAFreeAnswerAreSound(SmallFamilies family) {
        var walk = new Walk(family);
        var shape = new AnswerShape.TextAndCalls(TOOLS, true);
        boolean bare = family == SmallFamilies.LLAMA_3 || family == SmallFamilies.LLAMA_4;
        int ended = 0;
        for (int seed = 0; seed < 40; seed++) {
            var matcher = walk.matcher(shape, PROMPT + "<think></think>[THINK][/THINK]");
            // Where calls have no delimiters, they begin the answer.
            var said = walk.encoded(
                    bare ? "{" : "Let me see {.\n" + family.format().callOpening("add"));
            said.forEach(matcher::accept);
            assertThat(matcher.mayEnd()).isFalse();
            var all = new ArrayList<>(said);
            all.addAll(walk.ids(matcher, new Random(seed), 600));
            if (matcher.mayEnd()) {
                ended++;
                var read = walk.read(all, false, shape);
                assertThat(read.calls()).isNotEmpty().allSatisfy(AnswerGrammarTest::requireSound);
                assertThat(read.text()).isEqualTo(bare ? "" : "Let me see {.");
            }
        }
        assertThat(ended).isGreaterThan(20);
        var text = walk.matcher(shape, PROMPT);
        walk.encoded("No {call} [at] all.").forEach(text::accept);
        assertThat(text.mayEnd()).isTrue();
    }

    @Test
    void reasoningStaysFreeAndTheGrammarBeginsBehindIt() {
        var walk = new Walk(SmallFamilies.QWEN_3);
        var shape = new AnswerShape.Text(CITY);
        var open = walk.matcher(shape, "<|im_start|>assistant\n<think>\n");
        for (int id : walk.encoded("{\"a\": <tool_call> so\n</thin</think>\n\n{\"city\": \"</think>\"}")) {
            open.accept(id);
        }
        assertThat(open.mustEnd()).isTrue();
        var possible = walk.matcher(shape, "<|im_start|>assistant\n");
        for (int id : walk.encoded("<think>x</think>{\"city\": \"\"}")) {
            possible.accept(id);
        }
        assertThat(possible.mustEnd()).isTrue();
        var said = walk.encoded("<think>x</think>{\"city\": \"<think></think>\"}");
        var read = walk.read(said, false, shape);
        assertThat(read.thought()).isEqualTo("x");
        assertThat(read.text()).isEqualTo("{\"city\": \"<think></think>\"}");
        var over = walk.matcher(shape, "<|im_start|>assistant\n<think>\n\n</think>\n\n");
        assertThat(over.allows(walk.encoded("<think>").getFirst())).isFalse();
        assertThat(over.allows(walk.encoded("{").getFirst())).isTrue();
    }

    @Test
    void aToolWhoseNameTheFormatCannotWriteIsRefused() {
        for (var family : List.of(SmallFamilies.MISTRAL_11, SmallFamilies.QWEN_3)) {
            var shape = new AnswerShape.Calls(List.of(new AnswerShape.Tool("a \"b\"", CITY)), true, Optional.empty());
            assertThatThrownBy(() -> new Walk(family).grammar(shape, PROMPT))
                    .isInstanceOf(ChatFormatException.class)
                    .hasMessageContaining("'a \"b\"'");
        }
    }
}
