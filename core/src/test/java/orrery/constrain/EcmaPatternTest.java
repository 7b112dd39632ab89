package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class EcmaPatternTest {
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "b",
            "ab",
            "aab",
            "abc",
            "ba",
            "A",
            "1",
            "12",
            "123",
            "a1",
            "-",
            "a-b",
            "_",
            " ",
            "\t",
            "\n",
            "é",
            "日本",
            "😀",
            "x😀y",
            "{",
            "}",
            "]",
            "a{1",
            ".",
            "\\",
            "/",
            "\"",
            "aaaa",
            "abab",
            "foo.bar",
            "2024-01-31",
            "Ω",
            "ß",
            "\u2028");

    private static final List<String> PATTERNS = List.of(
            "",
            "a",
            "^a",
            "a$",
            "^a$",
            "^$",
            "^(a|b)+$",
            "^a|b$",
            "(^a|b)c?$",
            "^(?:a|b$)",
            "(^|-)b",
            "a{2}",
            "^a{2,}$",
            "^a{1,3}?b",
            "[a-c]",
            "^[^a-c]+$",
            "^[\\w-]+$",
            "^[-a]$",
            "^[a\\-]$",
            "\\d",
            "^\\D+$",
            "^\\s$",
            "^\\S+$",
            "^\\w+$",
            "^\\W$",
            ".",
            "^.$",
            "^..$",
            "^\\p{L}+$",
            "^\\p{Lu}$",
            "^\\P{L}$",
            "^\\p{N}+$",
            "^\\p{L}\\p{M}*$",
            "^\\x61$",
            "^\\u0061$",
            "^\\u{1F600}$".replace("\\u{1F600}", "\\uD83D\\uDE00"),
            "^[\\uD83D\\uDE00-\\uD83D\\uDE02]$",
            "^\\{$",
            "^\\d{4}-\\d{2}-\\d{2}$",
            "^(?<year>\\d{4})-",
            "\\.",
            "^[.]$",
            "^(ab)*$",
            "^(a?){3}$",
            "^a*?b$",
            "[^\\s]",
            "^[^\\d\\s]$",
            "\\/",
            "^\\\\$",
            "x.y");

    /** Java's own expressions mean the same for these. */
    @Test
    void aSearchFindsWhatJavaFinds() {
        for (String pattern : PATTERNS) {
            Regex regex = EcmaPattern.search(pattern);
            var java = Pattern.compile(pattern.replace("\\s", "[\\s\\x{2028}]")
                    .replace("[^[\\s\\x{2028}]]", "[^\\s\\x{2028}]")
                    .replace("\\S", "[^\\s\\x{2028}]")
                    .replaceAll("\\$$", "\\\\z")
                    .replace("$)", "\\z)"));
            for (String text : TEXTS) {
                assertThat(GrammarOracle.matches(regex, utf8(text)))
                        .as("\"%s\" in \"%s\"", pattern, text)
                        .isEqualTo(java.matcher(text).find());
            }
        }
    }

    @Test
    void aWholeMatchGoesFromTheBeginningToTheEnd() {
        for (String pattern : PATTERNS) {
            Regex regex = EcmaPattern.wholeMatch(pattern);
            var java = Pattern.compile(pattern.replace("\\s", "[\\s\\x{2028}]")
                    .replace("\\S", "[^\\s\\x{2028}]")
                    .replaceAll("\\$$", "\\\\z")
                    .replace("$)", "\\z)"));
            for (String text : TEXTS) {
                assertThat(GrammarOracle.matches(regex, utf8(text)))
                        .as("\"%s\" is \"%s\"", text, pattern)
                        .isEqualTo(java.matcher(text).matches());
            }
        }
    }

    @Test
    void whatJavaReadsOtherwiseIsReadAsEcmaScriptSays() {
        assertThat(matches("^[]$", "a")).isFalse();
        assertThat(matches("^[^]$", "\n")).isTrue();
        assertThat(matches("^[[]$", "[")).isTrue();
        assertThat(matches("^{a}$", "{a}")).isTrue();
        assertThat(matches("^]$", "]")).isTrue();
        assertThat(matches("^\\d$", "٣")).isFalse();
        assertThat(matches("^\\u{1F600}$", "😀")).isTrue();
        assertThat(matches("^[\\b]$", "\b")).isTrue();
        assertThat(matches("^\\cJ$", "\n")).isTrue();
        assertThat(matches("^\\@$", "@")).isTrue();
        assertThat(matches("^\\p{Script=Greek}$", "Ω")).isTrue();
        assertThat(matches("^[\\w-.]$", "-")).isTrue();
        assertThat(matches("^\\s$", "\uFEFF")).isTrue();
        assertThat(matches("^.$", "\u2028")).isFalse();
    }

    @Test
    void whatIsMalformedOrNotRegularIsRefusedWithItsPosition() {
        assertThatThrownBy(() -> EcmaPattern.search("a(?=b)"))
                .isInstanceOf(GrammarException.class)
                .hasMessage("pattern \"a(?=b)\", position 1: lookaround is not supported");
        for (String wrong : List.of(
                "(?!a)",
                "(?<=a)b",
                "(a)\\1",
                "\\k<a>",
                "\\ba",
                "(",
                ")",
                "a)",
                "[a",
                "*a",
                "a**",
                "{1}",
                "\\",
                "a{2,1}",
                "[b-a]",
                "\\q",
                "\\p{Nonsense}",
                "\\p",
                "\\xg1",
                "\\u12",
                "\\u{}",
                "\\u{110000}",
                "\\uD83D",
                "(?i:a)",
                "(^a)*",
                "\\c1",
                "a{99999999999}",
                "(".repeat(1000) + ")".repeat(1000))) {
            assertThatThrownBy(() -> EcmaPattern.search(wrong))
                    .as(wrong)
                    .isInstanceOf(GrammarException.class)
                    .hasMessageContaining("position");
        }
    }

    private static boolean matches(String pattern, String text) {
        return GrammarOracle.matches(EcmaPattern.search(pattern), utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
