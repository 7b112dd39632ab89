package orrery.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WrappingTest {
    private static final String TEXT = "Grouped-query attention shares keys and values between heads.\n\n- one  two\n";

    private static String wrapped(int width, List<String> pieces) {
        var wrapping = new Wrapping(width);
        var text = new StringBuilder();
        pieces.forEach(piece -> text.append(wrapping.add(piece)));
        return text.append(wrapping.end()).toString();
    }

    @Test
    void linesBreakBetweenWords() {
        assertThat(wrapped(24, List.of(TEXT))).isEqualTo("""
                Grouped-query attention
                shares keys and values
                between heads.

                - one  two
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 13, 29, 80})
    void wordsStayWhateverTheWidthAndThePieces(int width) {
        var letters = TEXT.codePoints().mapToObj(Character::toString).toList();

        String text = wrapped(width, letters);

        assertThat(text).isEqualTo(wrapped(width, List.of(TEXT)));
        assertThat(text.split("\\s+")).containsExactly(TEXT.split("\\s+"));
        assertThat(text.lines()).allSatisfy(line -> {
            if (line.contains(" ")) {
                assertThat(line).hasSizeLessThanOrEqualTo(width);
            }
        });
    }

    @Test
    void aWordIsHeldBackUntilItEnds() {
        var wrapping = new Wrapping(80);

        assertThat(wrapping.add("atten")).isEmpty();
        assertThat(wrapping.add("tion is")).isEqualTo("attention");
        assertThat(wrapping.end()).isEqualTo(" is");
    }

    @Test
    void indentationStaysAndCodeIsNotWrapped() {
        String code = "```java\n    var answer = engine.answer(question, options);\n```\n";

        assertThat(wrapped(10, List.of(code))).isEqualTo(code);
        assertThat(wrapped(10, List.of(code + "one two three"))).isEqualTo(code + "one two\nthree");
        assertThat(wrapped(20, List.of("  - one"))).isEqualTo("  - one");
    }

    @Test
    void anIdeographTakesTwoColumns() {
        assertThat(wrapped(9, List.of("注意力 機構"))).isEqualTo("注意力\n機構");
        assertThat(wrapped(11, List.of("注意力 機構"))).isEqualTo("注意力 機構");
    }
}
