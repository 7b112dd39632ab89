package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GrammarMatcherTest {
    private static final List<String> PIECES = List.of(
            "a",
            " the",
            "name",
            "\"",
            "\":",
            "\": \"",
            "\", \"",
            "{\"",
            "}",
            "\"}",
            "{",
            ":",
            ",",
            " ",
            "\n",
            "1",
            "12",
            "-",
            ".5",
            "e",
            "true",
            "tr",
            "ue",
            "\\",
            "\\n",
            "\\u00",
            "é",
            "日本",
            "😀",
            "a\"b",
            "x\u007Fy",
            "longer than ten",
            "a text that is longer than thirty characters",
            "ééééééééééé",
            "[",
            "]",
            "],",
            "null",
            "\t");

    /** Bytes, pieces of JSON, parts of characters, a token without text, and a double. */
    private static final List<byte[]> TOKENS = tokens();

    private static final TokenTrie VOCABULARY = TokenTrie.of(TOKENS.size(), TOKENS::get);

    private static List<byte[]> tokens() {
        var tokens = new ArrayList<byte[]>();
        for (int i = 0; i < 256; i++) {
            tokens.add(new byte[] {(byte) i});
        }
        PIECES.forEach(piece -> tokens.add(piece.getBytes(StandardCharsets.UTF_8)));
        tokens.add(new byte[] {'a', (byte) 0xF0, (byte) 0x9F});
        tokens.add(new byte[] {(byte) 0x98, (byte) 0x80, '"'});
        tokens.add(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
        tokens.add(new byte[0]);
        return tokens;
    }

    /** Slices are part of a mask, and not of a question about one token. */
    @Test
    void aMaskHoldsTheTokensThatAreAllowedOneByOne() {
        for (String text : List.of(
                GbnfTest.JSON,
                "root ::= \"\\\"\" [^\"\\\\\\x00-\\x1F]{0,12} \"\\\"\"",
                "root ::= \"\\\"\" [^\"\\\\\\x00-\\x1F]{9,40} \"\\\"\" root?",
                "root ::= .*",
                "root ::= [^<]* \"<end>\"",
                "root ::= ([a-z]+ \" \"?)* | \"\\\"\" .* \"\\\"\"")) {
            check(Gbnf.parse(text), text);
        }
        check(Grammar.matching(EcmaPattern.search("^[^\"]*é$")), "a search");
        check(
                Grammar.matching(new Regex.Intersection(
                        List.of(EcmaPattern.search("the|name"), EcmaPattern.wholeMatch("[^\"\\\\\\x00-\\x1F]{0,40}")))),
                "an intersection");
        check(
                Grammar.matching(Regex.sequence(
                        new Regex.Complement(Regex.sequence(Regex.ANYTHING, Regex.text("ue"), Regex.ANYTHING)),
                        Regex.text("true"))),
                "all before a word");
    }

    private static void check(Grammar grammar, String name) {
        CompiledGrammar compiled = CompiledGrammar.compile(grammar, VOCABULARY, CompileLimits.DEFAULT);
        var random = new Random(3);
        for (int answer = 0; answer < 6; answer++) {
            GrammarMatcher matcher = compiled.matcher();
            var text = new StringBuilder();
            for (int i = 0; i < 25; i++) {
                long[] mask = matcher.mask();
                var allowed = new ArrayList<Integer>();
                for (int token = 0; token < TOKENS.size(); token++) {
                    boolean bit = ((mask[token >> 6] >>> token) & 1) != 0;
                    assertThat(bit)
                            .as(
                                    "%s, token \"%s\" after \"%s\"",
                                    name, new String(TOKENS.get(token), StandardCharsets.UTF_8), text)
                            .isEqualTo(matcher.allows(token));
                    if (bit) {
                        allowed.add(token);
                    }
                }
                if (allowed.isEmpty()) {
                    assertThat(matcher.mustEnd()).isTrue();
                    break;
                }
                int token = allowed.get(random.nextInt(allowed.size()));
                text.append(new String(TOKENS.get(token), StandardCharsets.UTF_8));
                matcher.accept(token);
            }
        }
    }

    @Test
    void forcedBytesGoAsFarAsOnlyOneByteIsPossible() {
        GrammarMatcher matcher = matcher("root ::= \"{\\\"name\\\": \" [0-9]+ \"}\"");
        assertThat(new String(matcher.forcedBytes(), StandardCharsets.UTF_8)).isEqualTo("{\"name\": ");
        take(matcher, "{\"name\": ");
        assertThat(matcher.forcedBytes()).isEmpty();
        take(matcher, "1");
        assertThat(matcher.forcedBytes()).isEmpty();
        take(matcher, "}");
        assertThat(matcher.forcedBytes()).isEmpty();
        assertThat(matcher.mustEnd()).isTrue();
        assertThat(matcher.mask()).containsOnly(0);
    }

    @Test
    void aTokenIsForcedIfNoOtherMayFollow() {
        GrammarMatcher matcher = matcher("root ::= \"A\" \"true\" \"B\"?");
        assertThat(matcher.forcedToken()).isEqualTo('A');
        take(matcher, "A");
        assertThat(matcher.forcedToken()).isEqualTo(-1);
        take(matcher, "true");
        assertThat(matcher.mayEnd()).isTrue();
        assertThat(matcher.mustEnd()).isFalse();
        assertThat(matcher.forcedToken()).isEqualTo(-1);
    }

    @Test
    void aTokenThatIsNotAllowedIsRefusedAndChangesNothing() {
        GrammarMatcher matcher = matcher("root ::= \"ab\"");
        assertThatThrownBy(() -> matcher.accept('b'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("token 98 (\"b\") is not allowed by the grammar here");
        assertThatThrownBy(() -> matcher.accept(TOKENS.size() - 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> matcher.accept(TOKENS.size())).hasMessageContaining("expected 0 to");
        take(matcher, "ab");
        assertThat(matcher.mustEnd()).isTrue();
    }

    @Test
    void aVocabularyTakesFewBytesForAToken() {
        assertThat(VOCABULARY.size()).isEqualTo(TOKENS.size());
        assertThat(VOCABULARY.memory() / VOCABULARY.size()).isBetween(30L, 200L);
    }

    private static GrammarMatcher matcher(String text) {
        return CompiledGrammar.compile(Gbnf.parse(text), VOCABULARY, CompileLimits.DEFAULT)
                .matcher();
    }

    private static void take(GrammarMatcher matcher, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            matcher.accept(b & 0xFF);
        }
    }
}
