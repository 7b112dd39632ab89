package orrery.token.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Orrery's matchers against java.util.regex with the same expression, on texts of the characters that they distinguish.
 */
final class ExpressionsTest {
    private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String BIG = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String SMALL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";

    private static final List<String> PARTS = List.of(
            "a", "b", "Z", "É", "ﬁ", "ǅ", "ʰ", "日", "か", "カ", "가", "\u0301", "\u20DD", "1", "२", "½", "Ⅷ", " ", "  ",
            "\t", "\n", "\r", "\r\n", "\u00A0", "\u0085", "\u2028", "\u3000", "\u200B", "'", "'s", "'S", "'ſ", "'re",
            "'LL", "'v", "’s", ".", "/", "_", "$", "+", "~", "«", "！", "€", "😀", "𝒳", "𝟘", "\0", "\u007F", "\uE000",
            "\u0378", "ſ", "K", "A", "m", "d", "t");

    /** Expressions of released tokenizers. */
    static List<String> known() {
        String word = "[^\\r\\n\\p{L}\\p{N}]?";
        return List.of(
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                CONTRACTIONS + "|" + word + "\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES,
                CONTRACTIONS + "|" + word + "\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES,
                CONTRACTIONS + "|" + word + "[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*" + SPACES,
                word + "\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES,
                "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
                word + BIG + "*" + SMALL + "+|" + word + BIG + "+" + SMALL + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
                        + SPACES,
                word + BIG + "*" + SMALL + "+" + CONTRACTIONS + "?|" + word + BIG + "+" + SMALL + "*" + CONTRACTIONS
                        + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES,
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                        + "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
                "\\p{N}{1,3}",
                "\\p{N}+",
                "\\p{N}",
                "[0-9][0-9][0-9]",
                "[\r\n]",
                "\\s?\\p{L}+",
                "\\s?\\p{P}+",
                "\\s?[A-Za-z\u00B5\u00C0-\u00D6]+",
                "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
                "\\s+$",
                "[一-龥ࠀ-一가-퟿]+",
                "[一-龥\u3040-ゟ゠-ヿ]+",
                "[\\p{P}\\$\\+<=>\\^~\\|]+");
    }

    @ParameterizedTest
    @MethodSource("known")
    void findsWhatTheJdkFinds(String expression) {
        var finder = Expressions.finder(expression);
        assertThat(finder).isNotInstanceOf(BoundedRegex.class);
        var pattern =
                Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES);
        for (String text : texts()) {
            int from = text.length() > 3 && !Character.isLowSurrogate(text.charAt(1)) ? 1 : 0;
            var spans = new Spans();
            finder.find(text, from, text.length(), spans);
            var expected = pattern.matcher(text.substring(from))
                    .results()
                    .map(match -> (from + match.start()) + "-" + (from + match.end()))
                    .toList();
            assertThat(described(spans)).as(text).isEqualTo(expected);
        }
    }

    private static List<String> described(Spans spans) {
        List<String> described = new ArrayList<>();
        for (int i = 0; i < spans.count(); i++) {
            described.add(spans.start(i) + "-" + spans.end(i));
        }
        return described;
    }

    private static List<String> texts() {
        var random = new Random(8);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            texts.add(random.ints(random.nextInt(24), 0, PARTS.size())
                    .mapToObj(PARTS::get)
                    .collect(Collectors.joining()));
        }
        return texts;
    }

    @Test
    void anyOtherExpressionIsMatchedByTheJdk() {
        var spans = new Spans();
        var finder = Expressions.finder("(?i:ab)+|\\p{Han}|[\\w&&[^a]]|^x$");
        assertThat(finder).isInstanceOf(BoundedRegex.class);
        finder.find("ABab日x\nx²", 0, 9, spans);
        assertThat(described(spans)).containsExactly("0-4", "4-5", "5-6", "7-8", "8-9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\h+", "[[:alpha:]]", "(?m:.)", "(?<name>x)", "\\Z", "\\pL", "x{2", "(x", "\\k<a>", "\\"})
    void refusesWhatTheJdkWouldReadOtherwise(String expression) {
        assertThatThrownBy(() -> Expressions.finder(expression))
                .isInstanceOf(SplitException.class)
                .hasMessageContaining(expression);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a|a)*b", "(a+a+)+b", "a*a*a*a*a*a*a*a*b", "(?:a?){30}a{30}b"})
    void givesUpWhatTakesTooManySteps(String expression) {
        var finder = Expressions.finder(expression);
        for (int length : new int[] {40, 3_000, 60_000}) {
            try {
                finder.find("a".repeat(length), 0, length, new Spans());
            } catch (SplitException refused) {
                assertThat(refused).hasMessageContaining(expression).hasMessageContaining("of a text of " + length);
            }
        }
    }

    @Test
    void runsOfAClassAreFoundFromOneTextToTheNext() {
        var spans = new Spans();
        CodePoints.wordsAndSigns().find("ab, c\u00A0!?1_é", 0, 11, spans);
        assertThat(described(spans)).containsExactly("0-2", "2-3", "4-5", "6-8", "8-11");
        assertThatThrownBy(() -> Finder.literal("")).isInstanceOf(SplitException.class);
    }
}
