package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DerivativesTest {
    private static final int EXPRESSIONS = 300;
    private static final int LONGEST = 5;

    @Test
    void aWordFollowsDerivativesExactlyIfTheExpressionMatchesIt() {
        List<byte[]> words = words();
        for (int seed = 0; seed < EXPRESSIONS; seed++) {
            Regex regex = new RandomGrammars(seed).regex(3, true);
            var lexer = new Reader(regex);
            for (byte[] word : words) {
                int rest = lexer.after(word);
                boolean matches = GrammarOracle.matches(regex, word);
                assertThat(lexer.derivatives.isNullable(rest))
                        .as("seed %d, \"%s\": %s", seed, new String(word, StandardCharsets.UTF_8), regex)
                        .isEqualTo(matches);
                if (matches) {
                    assertThat(lexer.derivatives.isAlive(rest)).isTrue();
                }
            }
        }
    }

    @Test
    void whatIsAliveIsCompletedByTheShortestWayAndWhatIsNotIsNeverCompleted() {
        List<byte[]> words = words();
        int dead = 0;
        for (int seed = 0; seed < EXPRESSIONS; seed++) {
            Regex regex = new RandomGrammars(seed).regex(2, true);
            var lexer = new Reader(regex);
            boolean alive = lexer.derivatives.isAlive(lexer.start);
            boolean matched = words.stream().anyMatch(word -> GrammarOracle.matches(regex, word));
            if (!alive) {
                dead++;
                assertThat(matched).as("seed %d: %s", seed, regex).isFalse();
            }
            assertThat(lexer.derivatives.hasMore(lexer.start) || lexer.derivatives.isNullable(lexer.start))
                    .as("seed %d: %s", seed, regex)
                    .isEqualTo(alive);
        }
        assertThat(dead).isBetween(10, EXPRESSIONS - 10);
    }

    @Test
    void anIntersectionWithoutACommonWordIsEmpty() {
        Regex even = Regex.star(Regex.text("aa"));
        Regex odd = Regex.sequence(Regex.text("a"), Regex.star(Regex.text("aa")));
        var lexer = new Reader(new Regex.Intersection(List.of(even, odd)));
        assertThat(lexer.derivatives.isAlive(lexer.start)).isFalse();
        var other = new Reader(new Regex.Intersection(List.of(even, new Regex.Complement(odd))));
        assertThat(other.derivatives.isAlive(other.start)).isTrue();
    }

    @Test
    void countedRepetitionsOfNullablePartsNeedAStateForEachByteAndNoMore() {
        Regex a = Regex.text("a");
        var lexer = new Reader(
                Regex.sequence(new Regex.Repeat(Regex.optional(a), 1000, 1000), new Regex.Repeat(a, 1000, 1000)));
        byte[] text = "a".repeat(2001).getBytes(StandardCharsets.UTF_8);
        int rest = lexer.start;
        for (int i = 0; i < text.length; i++) {
            assertThat(lexer.derivatives.isNullable(rest)).isEqualTo(i >= 1000);
            rest = lexer.derivatives.after(rest, lexer.classes.of('a'));
        }
        assertThat(lexer.derivatives.isAlive(rest)).isFalse();
        assertThat(lexer.derivatives.table().size()).isLessThan(2_100);
    }

    @Test
    void aRangeOfCodePointsIsItsUtf8() {
        int[] borders = {
            0, 1, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFF, 0x10000,
            0x10FFFF, 0x1F600, 0x3042
        };
        for (int first : borders) {
            for (int last : borders) {
                if (first <= last) {
                    var lexer = new Reader(Regex.codePoints(first, last));
                    for (int border : borders) {
                        for (int c = Math.max(border - 2, 0); c <= Math.min(border + 2, 0x10FFFF); c++) {
                            boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
                            int rest = lexer.after(
                                    surrogate
                                            ? surrogate(c)
                                            : Character.toString(c).getBytes(StandardCharsets.UTF_8));
                            assertThat(lexer.derivatives.isNullable(rest))
                                    .as("%x in %x to %x", c, first, last)
                                    .isEqualTo(!surrogate && c >= first && c <= last);
                        }
                    }
                    // Overlong forms and what lies beyond Unicode.
                    assertThat(lexer.derivatives.isNullable(lexer.after(new byte[] {(byte) 0xC0, (byte) 0x80})))
                            .isFalse();
                    assertThat(lexer.derivatives.isNullable(
                                    lexer.after(new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80})))
                            .isFalse();
                }
            }
        }
    }

    private static byte[] surrogate(int c) {
        return new byte[] {(byte) (0xE0 | c >> 12), (byte) (0x80 | c >> 6 & 0x3F), (byte) (0x80 | c & 0x3F)};
    }

    private static List<byte[]> words() {
        var words = new ArrayList<byte[]>();
        words.add(new byte[0]);
        for (int i = 0; words.get(i).length < LONGEST; i++) {
            for (byte b : RandomGrammars.ALPHABET) {
                byte[] word = java.util.Arrays.copyOf(words.get(i), words.get(i).length + 1);
                word[word.length - 1] = b;
                words.add(word);
            }
        }
        return words;
    }

    private static final class Reader {
        private final ByteClasses classes;
        private final Derivatives derivatives;
        private final int start;

        private Reader(Regex regex) {
            var work = new WorkLimit(CompileLimits.DEFAULT);
            classes = new GrammarBytes(work).classes(Grammar.matching(regex));
            derivatives = new Derivatives(classes, work);
            start = derivatives.of(regex);
        }

        private int after(byte[] word) {
            int rest = start;
            for (byte b : word) {
                rest = derivatives.after(rest, classes.of(b & 0xFF));
            }
            return rest;
        }
    }
}
