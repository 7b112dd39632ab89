package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GbnfTest {
    static final String JSON = """
            # A JSON document.
            root   ::= object
            value  ::= object | array | string | number | ("true" | "false" | "null") ws

            object ::=
              "{" ws (
                        string ":" ws value
                ("," ws string ":" ws value)*
              )? "}" ws

            array  ::=
              "[" ws (
                        value
                ("," ws value)*
              )? "]" ws

            string ::=
              "\\"" (
                [^"\\\\\\x7F\\x00-\\x1F] |
                "\\\\" (["\\\\bfnrt/] | "u" [0-9a-fA-F]{4}) # escapes
              )* "\\"" ws

            number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [1-9] [0-9]{0,15})? ws

            # At most one blank in a row.
            ws ::= | " " | "\\n" [ \\t]{0,20}
            """;

    private static final Map<String, List<List<String>>> EXAMPLES = Map.ofEntries(
            Map.entry("root ::= \"a\"", texts("a").no("", "b", "aa")),
            Map.entry("root ::= \"a\" | \"b\" \"c\"", texts("a", "bc").no("b", "ac", "ab")),
            Map.entry("root ::= (\"a\" | \"b\")+ \"c\"?", texts("a", "abbac").no("", "c", "acc")),
            Map.entry("root ::= \"a\"{2}", texts("aa").no("a", "aaa")),
            Map.entry("root ::= \"a\"{2,}", texts("aa", "aaaaa").no("a")),
            Map.entry("root ::= \"a\" { 1 , 2 }", texts("a", "aa").no("", "aaa")),
            Map.entry("root ::= [a-c_]* [^a-z\\n]", texts("ab_1", "é", "A").no("", "\n", "d", "ad1")),
            Map.entry(
                    "root ::= [\\x41\\u00e9\\U0001F600]", texts("A", "é", "😀").no("B")),
            Map.entry("root ::= [a-]", texts("a", "-").no("b")),
            Map.entry("root ::= . .", texts("\n😀", "ab").no("a", "abc")),
            Map.entry("root ::= \"\\\"\\\\\\t\\[\\]\"", texts("\"\\\t[]").no("")),
            Map.entry(
                    "root ::= a-b # the end\na-b ::= \"x\" c_1\nc_1 ::=\n  \"y\"\n  | \"z\"",
                    texts("xy", "xz").no("x")),
            Map.entry(
                    "root ::= root \"+\" n | n\nn ::= [0-9]+",
                    texts("1", "1+22+3").no("", "+", "1+")),
            Map.entry("root ::= \"(\" root \")\" | ", texts("", "()", "((()))").no("(", "())")),
            Map.entry(
                    "root ::= \"a\" ( # inside\n \"b\"\n | \"c\" )\n",
                    texts("ab", "ac").no("a")),
            Map.entry("root ::= (\"a\"?)* \"b\" ", texts("b", "aab").no("a")));

    private interface Texts {
        List<List<String>> no(String... others);
    }

    private static Texts texts(String... texts) {
        return others -> List.of(List.of(texts), List.of(others));
    }

    @Test
    void everyPartOfTheSyntaxMeansWhatLlamaCppSays() {
        EXAMPLES.forEach((text, examples) -> {
            Grammar grammar = Gbnf.parse(text);
            for (String sentence : examples.getFirst()) {
                assertThat(follows(grammar, sentence))
                        .as("%s derives %s", text, sentence)
                        .isTrue();
            }
            for (String other : examples.getLast()) {
                assertThat(follows(grammar, other))
                        .as("%s derives %s", text, other)
                        .isFalse();
            }
        });
    }

    @Test
    void aGrammarOfJsonReadsDocuments() {
        Grammar grammar = Gbnf.parse(JSON);
        assertThat(follows(grammar, "{\"a\": [1, -2.5e3, true, \"\\u00e9\\n\", {}], \"b\": null}"))
                .isTrue();
        assertThat(follows(grammar, "{}")).isTrue();
        assertThat(follows(grammar, "[]")).isFalse();
        assertThat(follows(grammar, "{\"a\": 01}")).isFalse();
        assertThat(follows(grammar, "{\"a\":1,}")).isFalse();
        assertThat(follows(grammar, "{\"a\":  1}")).isFalse();
    }

    @Test
    void whatCannotBeReadIsNamedWithLineAndColumn() {
        assertThatThrownBy(() -> Gbnf.parse("root ::= \"a\"\nb ::= c"))
                .isInstanceOf(GrammarException.class)
                .hasMessage("grammar, line 2, column 7: no rule is named 'c'");
        assertThatThrownBy(() -> Gbnf.parse("root ::= (\n \"a\" "))
                .hasMessage("grammar, line 2, column 6: expected ) for the group of line 1, found the end");
        assertThatThrownBy(() -> Gbnf.parse("a ::= \"a\"")).hasMessageContaining("no rule 'root'");
        for (String wrong : List.of(
                "root",
                "root = \"a\"",
                "root ::= \"a",
                "root ::= [a",
                "root ::= []",
                "root ::= [b-a]",
                "root ::= *",
                "root ::= \"a\"{2",
                "root ::= \"a\"{2,1}",
                "root ::= \"a\"{x}",
                "root ::= \"\\q\"",
                "root ::= \"\\x4\"",
                "root ::= )",
                "root ::= <think>",
                "root ::= !<think>",
                "root ::= \"a\"\nroot ::= \"b\"",
                "::= \"a\"",
                "root ::= \"\\uD83D\"",
                "root ::= \"\\U00110000\"",
                "root ::= \"a\"{9999999999}",
                "root ::= %",
                "root ::= " + "(".repeat(300) + ")".repeat(300))) {
            assertThatThrownBy(() -> Gbnf.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining("column");
        }
    }

    @Test
    void aListOfChoicesAllowsThemAndNoOther() {
        Grammar grammar = Grammar.choices(List.of("yes", "no", "né"));
        assertThat(follows(grammar, "yes")).isTrue();
        assertThat(follows(grammar, "né")).isTrue();
        assertThat(follows(grammar, "n")).isFalse();
        assertThatThrownBy(() -> Grammar.choices(List.of())).isInstanceOf(GrammarException.class);
    }

    /** With a vocabulary of single bytes. */
    static boolean follows(Grammar grammar, String text) {
        GrammarMatcher matcher = CompiledGrammar.compile(
                        grammar, TokenTrie.of(256, token -> new byte[] {(byte) token}), CompileLimits.DEFAULT)
                .matcher();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (!matcher.allows(b & 0xFF)) {
                return false;
            }
            matcher.accept(b & 0xFF);
        }
        return matcher.mayEnd();
    }
}
