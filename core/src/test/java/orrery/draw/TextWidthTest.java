package orrery.draw;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextWidthTest {
    /**
     * Widths of Helvetica and its bold in thousandths, as Adobe's published metrics (AFM) have them, for letters and
     * digits.
     */
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static final int[] REGULAR = {
        556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500,
        722, 500, 500, 500, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722,
        667, 611, 722, 667, 944, 667, 667, 611, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556
    };
    private static final int[] BOLD = {
        556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556,
        778, 556, 556, 500, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722,
        667, 611, 722, 667, 944, 667, 667, 611, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556
    };

    @Test
    void countsNoCharacterNarrowerThanHelvetica() {
        for (int i = 0; i < LETTERS.length(); i++) {
            String letter = LETTERS.substring(i, i + 1);
            assertThat(TextWidth.of(letter, 1000)).as(letter).isGreaterThanOrEqualTo(REGULAR[i]);
            assertThat(TextWidth.strong(letter, 1000)).as("bold " + letter).isGreaterThanOrEqualTo(BOLD[i] * 0.98);
        }
    }

    @Test
    void breaksLinesAtSpacesAndKeepsEveryWord() {
        String text = "each SwiGLU, 7,168 → 2,048 → 7,168, and a-word-that-is-wider-than-any-line then more";

        var lines = TextWidth.wrap(text, 12, 90);

        assertThat(String.join(" ", lines)).isEqualTo(text);
        assertThat(lines)
                .hasSizeGreaterThan(3)
                .filteredOn(line -> line.contains(" "))
                .allSatisfy(line -> assertThat(TextWidth.of(line, 12)).isLessThanOrEqualTo(90));
        assertThat(TextWidth.wrap("", 12, 90)).containsExactly("");
    }
}
