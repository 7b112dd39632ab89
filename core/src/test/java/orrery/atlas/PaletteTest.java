package orrery.atlas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import orrery.draw.Theme;

final class PaletteTest {
    /** What WCAG 2.2 asks for at level AA: of text, and of shapes that mean something. */
    private static final double TEXT = 4.5;

    private static final double SHAPE = 3;

    @ParameterizedTest
    @EnumSource(Theme.Scheme.class)
    void whatThePagesWriteCanBeRead(Theme.Scheme scheme) {
        var colours = Theme.properties(scheme);
        for (var ground : new String[] {"--orrery-paper", "--orrery-panel"}) {
            // Text, links, and the sign of a difference.
            for (var ink : new String[] {
                "--orrery-ink", "--orrery-muted", "--orrery-attention-line", "--orrery-difference-line"
            }) {
                assertThat(contrast(colour(colours, ink), colour(colours, ground)))
                        .as("%s on %s", ink, ground)
                        .isGreaterThanOrEqualTo(TEXT);
            }
            colours.forEach((name, colour) -> {
                if (name.endsWith("-line")) {
                    assertThat(contrast(colour, colour(colours, ground)))
                            .as("%s on %s", name, ground)
                            .isGreaterThanOrEqualTo(SHAPE);
                }
            });
        }
        assertThat(contrast(colour(colours, "--orrery-ink"), colour(colours, "--orrery-difference")))
                .isGreaterThanOrEqualTo(TEXT);
    }

    @Test
    void theSwitchWinsOverTheSystemAndPrintIsLight() {
        String css = Palette.css();

        assertThat(css.indexOf("prefers-color-scheme: dark")).isPositive();
        assertThat(css.indexOf(":root[data-theme=light]")).isGreaterThan(css.indexOf("prefers-color-scheme: dark"));
        assertThat(css.substring(css.indexOf("@media print")))
                .contains(":root, :root[data-theme]")
                .contains("--orrery-paper: " + colour(Theme.properties(Theme.Scheme.LIGHT), "--orrery-paper"));
    }

    private static String colour(Map<String, String> colours, String name) {
        return Objects.requireNonNull(colours.get(name), name);
    }

    /** Of WCAG 2.2: the ratio of the two luminances, 0.05 added to each. */
    private static double contrast(String one, String other) {
        double[] luminances = {luminance(one), luminance(other)};
        Arrays.sort(luminances);
        return (luminances[1] + 0.05) / (luminances[0] + 0.05);
    }

    private static double luminance(String colour) {
        double[] parts = IntStream.of(1, 3, 5)
                .mapToDouble(at -> Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0)
                .map(part -> part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4))
                .toArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }
}
